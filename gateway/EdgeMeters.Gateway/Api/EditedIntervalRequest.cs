using System.ComponentModel;
using System.Text.Json.Serialization;

namespace EdgeMeters.Gateway.Api;

/// <summary>One interval of an edit.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EditedIntervalRequest(
    [property: Description("End of the interval: ISO 8601 with offset.")] string? End,
    [property: Description("What it is to be, in base units, 0 or more. Null takes back what was set before.")] long? Consumption);
