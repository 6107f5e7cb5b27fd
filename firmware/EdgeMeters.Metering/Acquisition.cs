using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering;

/// <summary>The acquisition loop: counts pulses, and at every interval end reads all channels into the journal. Never waits for the network.</summary>
public sealed class Acquisition
{
    /// <summary>Longest time after an interval's end at which a register still counts as that end's.</summary>
    public const int ToleranceMsMax = 60000;

    private readonly ReadingJournal _journal;
    private readonly INodeClock _clock;
    private readonly IRegisterSource[] _sources;
    private readonly PulseAccumulator?[] _pulses;
    private readonly IntervalClock _intervals;
    private readonly int _checkpointMs;
    private readonly int _toleranceMs;
    private readonly long[] _registers;
    private readonly byte[] _qualities;
    private readonly int[] _silentIntervals;
    private readonly bool[] _isInDoubt;
    private readonly bool[] _isRateTold;
    private long _checkpointedMs;
    private bool _hasUncheckpointed;

    /// <param name="journal">The journal, open with the layout of these channels.</param>
    /// <param name="clock">The node's time.</param>
    /// <param name="sources">Where each channel's register comes from.</param>
    /// <param name="isInDoubt">True for a channel whose first reading is to be marked: pulses may have been missed before it.</param>
    /// <param name="periodSeconds">Length of an interval, 1 to <see cref="Limits.PeriodSecondsMax"/>.</param>
    /// <param name="checkpointMs">Counted pulses are kept in the journal at least this often.</param>
    public Acquisition(
        ReadingJournal journal, INodeClock clock, IRegisterSource[] sources, bool[] isInDoubt, int periodSeconds, int checkpointMs)
    {
        _journal = journal;
        _clock = clock;
        _sources = sources;
        _isInDoubt = isInDoubt;
        _intervals = new IntervalClock(periodSeconds);
        _checkpointMs = checkpointMs;
        int halfPeriodMs = periodSeconds * 500;
        _toleranceMs = halfPeriodMs < ToleranceMsMax ? halfPeriodMs : ToleranceMsMax;
        _pulses = new PulseAccumulator?[sources.Length];
        for (int i = 0; i < sources.Length; i++)
            _pulses[i] = sources[i] as PulseAccumulator;
        _registers = new long[sources.Length];
        _qualities = new byte[sources.Length];
        _silentIntervals = new int[sources.Length];
        _isRateTold = new bool[sources.Length];
        _checkpointedMs = clock.MonotonicMs;
    }

    /// <summary>Rows appended since start.</summary>
    public long RowsAppended { get; private set; }

    /// <summary>Channels whose meter did not answer at the latest interval's end.</summary>
    public int SilentChannels { get; private set; }

    /// <summary>Milliseconds until there is something to do again.</summary>
    public int IdleMs(int longestMs)
    {
        int idleMs = _intervals.MsToNextEnd(_clock.UtcMs);
        return idleMs < longestMs ? idleMs : longestMs;
    }

    /// <summary>Does what is due. Returns after the buses have answered or timed out.</summary>
    /// <exception cref="DeviceException">The journal takes no more writes.</exception>
    public void Step()
    {
        for (int i = 0; i < _pulses.Length; i++)
            AdvancePulses(i);
        uint endUtcSeconds;
        bool isEnd = _intervals.TryClose(_clock.UtcMs, out endUtcSeconds);
        if (_intervals.SetBackFromMs != 0)
            Tell(EventCode.ClockSet, EventBlock.WholeNode, _intervals.SetBackFromMs / 1000, _clock.UtcMs / 1000);
        if (isEnd)
            CloseInterval(endUtcSeconds);
        else if (_hasUncheckpointed && _clock.MonotonicMs - _checkpointedMs >= _checkpointMs)
            Checkpoint();
    }

    /// <summary>Keeps what was counted since the last row; called before a stop that is foreseen.</summary>
    public void Checkpoint()
    {
        for (int i = 0; i < _pulses.Length; i++)
        {
            AdvancePulses(i);
            PulseAccumulator? pulses = _pulses[i];
            if (pulses != null)
                _registers[i] = pulses.Register;
        }
        _journal.Checkpoint(UtcSeconds(), _registers);
        NoteCheckpoint();
    }

    /// <summary>Reads a channel between intervals, or all of them; what it said is an event, not a reading.</summary>
    /// <returns>False when there is no such channel.</returns>
    public bool ReadNow(byte channel)
    {
        if (channel != EventBlock.WholeNode && channel >= _sources.Length)
            return false;
        for (int i = 0; i < _sources.Length; i++)
        {
            if (channel != EventBlock.WholeNode && channel != i)
                continue;
            AdvancePulses(i);
            long register;
            bool wasRead = _sources[i].TryRead(out register);
            Tell(EventCode.RegisterRead, (byte)i, wasRead ? register : 0, wasRead ? 0 : _sources[i].LastError);
        }
        return true;
    }

    /// <summary>Sets a pulse channel's register to its meter's dial. The next reading is marked, since it jumps.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="dialPulses">The dial, in pulses.</param>
    /// <param name="believedPulses">The register as whoever asks saw it.</param>
    /// <param name="movedMax">Most pulses by which the register may have moved on since.</param>
    public CommandOutcome Align(byte channel, long dialPulses, long believedPulses, int movedMax)
    {
        if (channel >= _sources.Length || dialPulses < 0)
            return CommandOutcome.BadArgument;
        PulseAccumulator? pulses = _pulses[channel];
        if (pulses == null)
            return CommandOutcome.NotPulses;
        AdvancePulses(channel);
        long before = pulses.Register;
        if (believedPulses > before || believedPulses < before - movedMax)
            return CommandOutcome.RegisterMoved;
        Tell(EventCode.RegisterAligned, channel, before, dialPulses);
        pulses.Align(dialPulses);
        _isInDoubt[channel] = true;
        Checkpoint();
        return CommandOutcome.Done;
    }

    private void CloseInterval(uint endUtcSeconds)
    {
        // Pulses first, and up to this moment: a stall of all threads may lie between the last look and the end, and a bus takes its time.
        for (int i = 0; i < _sources.Length; i++)
        {
            if (_pulses[i] == null)
                continue;
            AdvancePulses(i);
            ReadChannel(i, endUtcSeconds);
        }
        for (int i = 0; i < _sources.Length; i++)
        {
            if (_pulses[i] == null)
                ReadChannel(i, endUtcSeconds);
        }
        SilentChannels = 0;
        for (int i = 0; i < _sources.Length; i++)
            SilentChannels += _silentIntervals[i] > 0 ? 1 : 0;
        _journal.AppendRow(endUtcSeconds, _clock.Quality, _registers, _qualities);
        RowsAppended++;
        NoteCheckpoint();
    }

    private void ReadChannel(int channel, uint endUtcSeconds)
    {
        long register;
        bool wasRead = _sources[channel].TryRead(out register);
        if (!wasRead)
        {
            _qualities[channel] = (byte)Quality.Missing;
            if (_silentIntervals[channel] == 0)
                Tell(EventCode.MeterSilent, (byte)channel, _sources[channel].LastError, 0);
            _silentIntervals[channel]++;
            return;
        }
        if (_silentIntervals[channel] > 0)
            Tell(EventCode.MeterBack, (byte)channel, _silentIntervals[channel], 0);
        _silentIntervals[channel] = 0;
        long lateMs = _clock.UtcMs - 1000L * endUtcSeconds;
        bool isSuspect = lateMs > _toleranceMs || _isInDoubt[channel] || _sources[channel].LastError != 0;
        _isInDoubt[channel] = false;
        _registers[channel] = register;
        _qualities[channel] = (byte)(isSuspect ? Quality.Suspect : Quality.Measured);
    }

    private void AdvancePulses(int channel)
    {
        PulseAccumulator? pulses = _pulses[channel];
        if (pulses == null)
            return;
        long added = pulses.Advance(_clock.MonotonicMs);
        if (added > 0)
            _hasUncheckpointed = true;
        if (pulses.WasCleared)
        {
            _isInDoubt[channel] = true;
            Tell(EventCode.PulsesInDoubt, (byte)channel, -1, pulses.Register);
        }
        if (added < 0 && !_isRateTold[channel])
            Tell(EventCode.PulseRateExceeded, (byte)channel, pulses.Pending, 0);
        _isRateTold[channel] = added < 0;
        EventCode code;
        long a;
        while (pulses.TryTakeEvent(out code, out a))
        {
            if (code == EventCode.PulsesInDoubt)
                _isInDoubt[channel] = true;
            Tell(code, (byte)channel, a, pulses.Register);
        }
    }

    private void Tell(EventCode code, byte channel, long a, long b)
    {
        _journal.AppendEvent(UtcSeconds(), code, channel, a, b);
    }

    private void NoteCheckpoint()
    {
        _checkpointedMs = _clock.MonotonicMs;
        _hasUncheckpointed = false;
    }

    private uint UtcSeconds()
    {
        return (uint)(_clock.UtcMs / 1000);
    }
}
