using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>How much of a range the load profiles of points state together.</summary>
public sealed record UtilityCompletenessReply(
    string Utility,
    int Points,
    [property: Description("Points without anything missing.")] int WholePoints,
    [property: Description("Points of which nothing is stated.")] int SilentPoints,
    long CoveredSeconds,
    long ExpectedSeconds,
    int PerThousand);
