using System.ComponentModel;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Api;

/// <summary>One interval of a load profile, labelled by its end.</summary>
public sealed record ProfileIntervalReply(
    [property: Description("End of the interval, UTC.")] DateTimeOffset EndUtc,
    [property: Description("How much of it is covered; less than the period where the point began or ended within it.")] int Seconds,
    [property: Description("In base units, multiplier included. Null where none can be stated.")] long? Consumption,
    [property: Description("measured, interpolated, by-history, by-check-meter or edited.")] string Source,
    [property: Description("What the checks found: momentary, reset, exchange-suspected, reverse, scale-jump, implausible, frozen, spike, register-unknown, edit-outdated, turn-unknown.")]
    IReadOnlyList<string> Findings,
    [property: Description("What was judged of the readings it is made of: valid, or one or more of suspect, gap, decreased, rollover, too-high, clock-doubt, first.")]
    IReadOnlyList<string> Quality,
    [property: Description("Codes of IEC 61968-9.")] IReadOnlyList<string> QualityCodes)
{
    internal static ProfileIntervalReply Of(ProfileInterval interval) => new(
        DateTimeOffset.FromUnixTimeSeconds(interval.EndUtcSeconds), interval.Seconds, interval.Consumption, ProfileCodes.WordOf(interval.Source),
        ProfileCodes.WordsOf(interval.Findings), Core.QualityCodes.Words(interval.Quality), ProfileCodes.CodesOf(interval));
}
