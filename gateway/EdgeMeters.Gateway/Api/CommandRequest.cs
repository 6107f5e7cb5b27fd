using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Api;

/// <summary>A command as the API takes it. A field that the command does not use is left out.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CommandRequest(
    [property: Description("read-now, resend, set-clock, align-register, identify, reboot, self-test or resend-events.")] string? Command,
    [property: Description("read-now: the channel to read, all if left out. align-register: the channel. 0 to 31.")] int? Channel = null,
    [property: Description("identify: seconds, 1 to 3600. resend, resend-events: first sequence. set-clock: UTC in milliseconds since 1970. align-register: the dial in pulses.")] long? A = null,
    [property: Description("resend, resend-events: last sequence, all that is released if left out. align-register: the register as the sender believes it to be, in pulses.")] long? B = null,
    [property: Description("How long it waits for the node and its answer, 1 to 86400. Default: 600.")] int? ExpiresSeconds = null)
{
    private const long UtcMsMin = 1735689600000;
    private const long UtcMsMax = 4102444800000;
    private const int IdentifySecondsMax = 3600;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.Strict };

    /// <exception cref="JsonException">It is no such object; the message says where.</exception>
    internal static CommandRequest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<CommandRequest>(json, Options) ?? throw new JsonException("The body is null.");

    /// <returns>Null with the order, or what is wrong with the command.</returns>
    internal string? TryRead(out OrderRequest? order)
    {
        order = null;
        if (!CommandWords.TryParse(Command, out var code))
            return $"The command is {Refusal.Echo(Command ?? "")}; known are {string.Join(", ", CommandWords.All)}.";
        if (ExpiresSeconds is < 1 or > DownlinkLimits.ExpiresSecondsMax)
            return $"expiresSeconds is {ExpiresSeconds}, not from 1 to {DownlinkLimits.ExpiresSecondsMax}.";
        if ((FaultOfChannel(code) ?? FaultOfA(code) ?? FaultOfB(code)) is { } fault)
            return fault;
        byte channel = Channel is { } one ? (byte)one : EventBlock.WholeNode;
        order = new OrderRequest(code, channel, A ?? 0, B ?? 0, ExpiresSeconds ?? DownlinkLimits.ExpiresSecondsDefault);
        return null;
    }

    private string? FaultOfChannel(CommandCode code)
    {
        if (code is not (CommandCode.ReadNow or CommandCode.AlignRegister))
            return Channel == null ? null : $"{Command} concerns the whole node: leave 'channel' out.";
        if (Channel == null)
            return code == CommandCode.ReadNow ? null : $"{Command} needs the channel, 0 to {Limits.ChannelsMax - 1}.";
        return Channel is >= 0 and < Limits.ChannelsMax ? null : $"channel is {Channel}, not from 0 to {Limits.ChannelsMax - 1}.";
    }

    private string? FaultOfA(CommandCode code) => code switch
    {
        CommandCode.Identify => FaultOfA("seconds", 1, IdentifySecondsMax),
        CommandCode.Resend or CommandCode.ResendEvents => FaultOfA("the first sequence", 1, uint.MaxValue),
        CommandCode.SetClock => FaultOfA("UTC in milliseconds, of the years 2025 to 2099", UtcMsMin, UtcMsMax),
        CommandCode.AlignRegister => FaultOfA("the dial in pulses", 0, long.MaxValue),
        _ => A is null or 0 ? null : $"{Command} has no argument: leave 'a' out.",
    };

    private string? FaultOfA(string meaning, long min, long max)
    {
        if (A == null)
            return $"{Command} needs 'a': {meaning}.";
        return A >= min && A <= max ? null : $"'a' of {Command} is {meaning}, from {min} to {max}; it is {A}.";
    }

    private string? FaultOfB(CommandCode code)
    {
        if (code == CommandCode.AlignRegister)
            return B is >= 0 ? null : $"{Command} needs 'b': the register as you believe it to be, in pulses, at least 0.";
        if (code is CommandCode.Resend or CommandCode.ResendEvents)
            return B is null or 0 || B >= A && B <= uint.MaxValue ? null : $"'b' of {Command} is the last sequence, from 'a' to {uint.MaxValue}, or left out for all.";
        return B is null or 0 ? null : $"{Command} has no second argument: leave 'b' out.";
    }
}
