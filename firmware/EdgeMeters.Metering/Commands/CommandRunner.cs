using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Commands;

/// <summary>Carries out commands in the acquisition loop, one at a time, and notes in the journal what became of each.</summary>
public sealed class CommandRunner
{
    /// <summary>Most pulses by which a register may have grown since the sender of an alignment saw it.</summary>
    public const int PulsesMovedMax = 1000;

    private const int IdentifySecondsMax = 3600;

    /// <summary>2025-01-01 and 2100-01-01: outside them a clock is not set but broken.</summary>
    private const long UtcMsMin = 1735689600000;
    private const long UtcMsMax = 4102444800000;

    private readonly CommandMailbox _mailbox;
    private readonly Acquisition _acquisition;
    private readonly UplinkSession _session;
    private readonly ReadingJournal _journal;
    private readonly INodeClock _clock;
    private readonly INodeControl _control;

    public CommandRunner(
        CommandMailbox mailbox, Acquisition acquisition, UplinkSession session, ReadingJournal journal, INodeClock clock, INodeControl control)
    {
        _mailbox = mailbox;
        _acquisition = acquisition;
        _session = session;
        _journal = journal;
        _clock = clock;
        _control = control;
    }

    /// <summary>Carries out the command that waits, if one does.</summary>
    public void Step()
    {
        Command? command = _mailbox.TryTake();
        if (command == null)
            return;
        CommandOutcome outcome = Run(command);
        _journal.AppendEvent(
            (uint)(_clock.UtcMs / 1000), EventCode.CommandDone, EventBlock.WholeNode, command.Number, 256 * command.Code + (long)outcome);
        // Only once the answer is kept: otherwise a restart would be all that is ever heard of the command.
        if (command.Code == (byte)CommandCode.Reboot)
            _control.Restart(RestartReason.Command);
        // Likewise, so that the answer goes before the hello which says that all was sent.
        if (outcome == CommandOutcome.Done && IsResend(command))
            _session.Resend((uint)command.A, (uint)command.B, command.Code == (byte)CommandCode.ResendEvents);
    }

    private CommandOutcome Run(Command command)
    {
        switch ((CommandCode)command.Code)
        {
            case CommandCode.ReadNow:
                return _acquisition.ReadNow(command.Channel) ? CommandOutcome.Done : CommandOutcome.BadArgument;
            case CommandCode.Resend:
            case CommandCode.ResendEvents:
                bool isInRange = command.A >= 1 && command.A <= uint.MaxValue && command.B <= uint.MaxValue && (command.B == 0 || command.B >= command.A);
                return isInRange ? CommandOutcome.Done : CommandOutcome.BadArgument;
            case CommandCode.SetClock:
                return SetClock(command.A);
            case CommandCode.AlignRegister:
                return _acquisition.Align(command.Channel, command.A, command.B, PulsesMovedMax);
            case CommandCode.Identify:
                if (command.A < 1 || command.A > IdentifySecondsMax)
                    return CommandOutcome.BadArgument;
                _control.Identify((int)command.A);
                return CommandOutcome.Done;
            case CommandCode.Reboot:
                return CommandOutcome.Done;
            case CommandCode.SelfTest:
                return RunSelfTest();
            default:
                return CommandOutcome.Unknown;
        }
    }

    private static bool IsResend(Command command)
    {
        return command.Code == (byte)CommandCode.Resend || command.Code == (byte)CommandCode.ResendEvents;
    }

    private CommandOutcome SetClock(long utcMs)
    {
        if (utcMs < UtcMsMin || utcMs > UtcMsMax)
            return CommandOutcome.BadArgument;
        long beforeMs = _clock.UtcMs;
        if (!_control.TrySetUtc(utcMs))
            return CommandOutcome.NotSettable;
        _journal.AppendEvent((uint)(utcMs / 1000), EventCode.ClockSet, EventBlock.WholeNode, beforeMs / 1000, utcMs / 1000);
        return CommandOutcome.Done;
    }

    private CommandOutcome RunSelfTest()
    {
        int failed;
        int passed = _control.RunSelfTest(out failed);
        _journal.AppendEvent((uint)(_clock.UtcMs / 1000), EventCode.SelfTestDone, EventBlock.WholeNode, passed, failed);
        return CommandOutcome.Done;
    }
}
