using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>What a metering point measured against what those below it did.</summary>
public sealed record BalanceReply(
    string Point,
    [property: Description("Base unit: Wh, varh or L. Null until the meter was heard of.")] string? Unit,
    [property: Description("Billing and sum points directly below it.")] IReadOnlyList<string> Children,
    [property: Description("The point against their sum; none without children.")] IReadOnlyList<BalanceLineReply> Lines,
    [property: Description("The point against each of its check points.")] IReadOnlyList<CheckBalanceReply> Checks);
