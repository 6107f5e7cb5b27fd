using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>How much of a range the load profile of a metering point states.</summary>
public sealed record PointCompletenessReply(
    string Point,
    [property: Description("The utility that the point belongs to; empty where the gateway serves one alone.")] string Utility,
    [property: Description("Seconds for which a consumption is stated, measured, estimated or set.")] long CoveredSeconds,
    [property: Description("Seconds for which one is expected: while the point was in service, up to now.")] long ExpectedSeconds,
    [property: Description("Covered of expected, rounded down: 1000 is said of the whole only.")] int PerThousand);
