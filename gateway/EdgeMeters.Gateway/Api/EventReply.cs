using System.ComponentModel;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Api;

/// <summary>An event as a node told it.</summary>
public sealed record EventReply(
    string Node,
    [property: Description("Lifetime of the node's journal.")] uint Epoch,
    [property: Description("The node's own count of events within the epoch.")] uint Sequence,
    DateTimeOffset TimeUtc,
    [property: Description("started, pulses-in-doubt, pulse-rate-exceeded, clock-set, journal-overflow, sequences-unavailable, meter-silent, meter-back, "
        + "running, stopping, command-done, register-read, register-aligned, configuration, supply-failing, supply-back, self-test-done or update; "
        + "code-N for one that this gateway has no word for.")]
    string Code,
    [property: Description("The meter concerned; null if it concerns the whole node.")] string? MeterSerial,
    [property: Description("First number; its meaning depends on the code.")] long A,
    [property: Description("Second number; its meaning depends on the code.")] long B)
{
    internal static EventReply Of(NodeEvent told) => new(
        told.Node, told.Epoch, told.Sequence, DateTimeOffset.FromUnixTimeSeconds(told.UtcSeconds), EventWords.Of(told.Code),
        told.MeterSerial, told.A, told.B);
}
