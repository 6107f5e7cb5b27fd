using System.ComponentModel;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Api;

/// <summary>One interval, labelled by its end. The register is as the meter showed it, whatever is judged of it.</summary>
public sealed record IntervalReply(
    [property: Description("End of the interval, UTC.")] DateTimeOffset EndUtc,
    [property: Description("Length: the time since the reading before; 0 for the first.")] long Seconds,
    [property: Description("Register at the end, in base units. Null if missing.")] long? RegisterValue,
    [property: Description("Difference of the registers at end and begin, in base units. Null where it cannot be stated.")] long? Consumption,
    [property: Description("valid, or one or more of: suspect, missing, gap, decreased, rollover, too-high, clock-doubt, first.")]
    IReadOnlyList<string> Quality,
    [property: Description("Identity of the reading at the end, for ever: node/epoch/sequence/channel.")] string Reading)
{
    internal static IntervalReply Of(IntervalReading interval) => new(
        DateTimeOffset.FromUnixTimeSeconds(interval.EndUtcSeconds), interval.Seconds, interval.Register, interval.Consumption,
        QualityCodes.Words(interval.Quality), interval.Id.ToString());
}
