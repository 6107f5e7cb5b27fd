using System.ComponentModel;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Api;

/// <summary>A command and what became of it. Start and number are its identity.</summary>
public sealed record CommandReply(
    [property: Description("The start of the node that it is meant for.")] uint Start,
    [property: Description("Its number.")] uint Number,
    [property: Description("read-now, resend, set-clock, align-register, identify, reboot or self-test.")] string Command,
    [property: Description("Null for the whole node.")] int? Channel,
    [property: Description("First argument, by command.")] long A,
    [property: Description("Second argument, by command.")] long B,
    DateTimeOffset GivenUtc,
    DateTimeOffset ExpiresUtc,
    [property: Description("True once it was handed to a session of the node.")] bool Sent,
    [property: Description("waiting; done: the node answered; expired: no answer in time; restarted: the start it was meant for is over. After the latter two an answer that was on its way still makes it done.")]
    string State,
    [property: Description("What the node says: done, unknown-command, bad-argument, not-pulses, register-moved or clock-not-settable. Null until it did.")]
    string? Outcome)
{
    internal static CommandReply Of(Order order) => new(
        order.StartNumber, order.Number, CommandWords.Of(order.Code), order.Channel == EventBlock.WholeNode ? null : order.Channel, order.A, order.B,
        order.GivenUtc, order.ExpiresUtc, order.IsSent, CommandWords.Of(order.State), order.Outcome is { } outcome ? CommandWords.Of(outcome) : null);
}
