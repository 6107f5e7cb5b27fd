using System.ComponentModel;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Api;

/// <summary>A hint that water may run where nobody uses it.</summary>
public sealed record LeakReply(
    [property: Description("night-flow: some in every hour from 2 to 4 of three nights running; steady-flow: in every one of 24 hours running.")] string Rule,
    DateTimeOffset BeginUtc,
    DateTimeOffset EndUtc,
    [property: Description("The least that flowed in an hour.")] long LitresPerHour)
{
    internal static LeakReply Of(LeakHint hint) => new(
        hint.Rule == LeakRule.NightFlow ? "night-flow" : "steady-flow",
        DateTimeOffset.FromUnixTimeSeconds(hint.Stretch.BeginUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(hint.Stretch.EndUtcSeconds), hint.LitresPerHour);
}
