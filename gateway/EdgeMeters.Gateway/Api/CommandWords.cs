using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Api;

/// <summary>The words by which the API and the command line name commands and what became of them. Stable: they are part of the API's contract.</summary>
internal static class CommandWords
{
    public static readonly string[] All = [.. Enum.GetValues<CommandCode>().Select(Of)];

    public static string Of(CommandCode code) => code switch
    {
        CommandCode.ReadNow => "read-now",
        CommandCode.Resend => "resend",
        CommandCode.SetClock => "set-clock",
        CommandCode.AlignRegister => "align-register",
        CommandCode.Identify => "identify",
        CommandCode.Reboot => "reboot",
        CommandCode.SelfTest => "self-test",
        CommandCode.ResendEvents => "resend-events",
        _ => $"code-{(byte)code}",
    };

    public static string Of(CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Done => "done",
        CommandOutcome.Unknown => "unknown-command",
        CommandOutcome.BadArgument => "bad-argument",
        CommandOutcome.NotPulses => "not-pulses",
        CommandOutcome.RegisterMoved => "register-moved",
        CommandOutcome.NotSettable => "clock-not-settable",
        // A newer node may say what this gateway has no word for yet.
        _ => $"outcome-{(byte)outcome}",
    };

    public static string Of(OrderState state) => state switch
    {
        OrderState.Waiting => "waiting",
        OrderState.Done => "done",
        OrderState.Expired => "expired",
        OrderState.Restarted => "restarted",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without a word: give it one here."),
    };

    /// <returns>False for a word that names no command.</returns>
    public static bool TryParse(string? word, out CommandCode code)
    {
        code = Enum.GetValues<CommandCode>().FirstOrDefault(one => Of(one) == word);
        return code != 0;
    }
}
