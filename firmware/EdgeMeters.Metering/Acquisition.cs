using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering;

/// <summary>The acquisition loop: counts pulses, and at every interval end reads all channels into the journal. Never waits for the network.</summary>
/// <remarks>
/// At an interval's end pulses are taken at once; the meters on the lines are read from then on, a few exchanges a step, so that pulses, commands
/// and a failing supply never wait for a bus. The row is appended when the last meter has answered or was given up, or when its time is over.
/// </remarks>
public sealed class Acquisition
{
    /// <summary>Longest time after an interval's end at which a register still counts as that end's.</summary>
    public const int ToleranceMsMax = 60000;

    // What is read later than the tolerance is kept, with its doubt; after twice that time the row waits for nobody any more.
    private const int CollectTolerances = 2;

    private const int StepMsMax = 250;
    private const int ListenMsMax = 50;

    private readonly ReadingJournal _journal;
    private readonly INodeClock _clock;
    private readonly Channel[] _channels;
    private readonly byte[] _contacts;
    private readonly PulseAccumulator[] _pulses;
    private readonly BusScheduler[] _buses;
    private readonly RegisterReadings _readings;
    private readonly IntervalClock _intervals;
    private readonly int _checkpointMs;
    private readonly int _toleranceMs;
    private readonly long[] _registers;
    private readonly long[] _row;
    private readonly byte[] _qualities;
    private readonly bool[] _isInDoubt;
    private readonly long[] _alignedFrom;
    private uint _collectedUtcSeconds;
    private long _collectedMs;
    private long _checkpointedMs;
    private bool _hasUncheckpointed;
    private bool _isAsked;

    /// <param name="journal">The journal, open with the layout of these channels.</param>
    /// <param name="clock">The node's time.</param>
    /// <param name="channels">Where each channel's register comes from.</param>
    /// <param name="buses">The lines of the channels' meters.</param>
    /// <param name="readings">Where the buses leave what they read.</param>
    /// <param name="isInDoubt">True for a channel whose first reading is to be marked: pulses may have been missed before it.</param>
    /// <param name="periodSeconds">Length of an interval, 1 to <see cref="Limits.PeriodSecondsMax"/>.</param>
    /// <param name="checkpointMs">Counted pulses are kept in the journal at least this often.</param>
    public Acquisition(
        ReadingJournal journal, INodeClock clock, Channel[] channels, BusScheduler[] buses, RegisterReadings readings, bool[] isInDoubt,
        int periodSeconds, int checkpointMs)
    {
        _journal = journal;
        _clock = clock;
        _channels = channels;
        int contacts = 0;
        for (int i = 0; i < channels.Length; i++)
            contacts += channels[i].Pulses != null ? 1 : 0;
        _contacts = new byte[contacts];
        _pulses = new PulseAccumulator[contacts];
        for (int i = channels.Length - 1; i >= 0; i--)
        {
            PulseAccumulator? pulses = channels[i].Pulses;
            if (pulses == null)
                continue;
            _contacts[--contacts] = (byte)i;
            _pulses[contacts] = pulses;
        }
        _buses = buses;
        _readings = readings;
        _isInDoubt = isInDoubt;
        _intervals = new IntervalClock(periodSeconds);
        _checkpointMs = checkpointMs;
        int halfPeriodMs = periodSeconds * 500;
        _toleranceMs = halfPeriodMs < ToleranceMsMax ? halfPeriodMs : ToleranceMsMax;
        _registers = new long[channels.Length];
        _row = new long[channels.Length];
        _qualities = new byte[channels.Length];
        _alignedFrom = new long[channels.Length];
        _checkpointedMs = clock.MonotonicMs;
    }

    /// <summary>Rows appended since start.</summary>
    public long RowsAppended { get; private set; }

    /// <summary>Channels whose meter did not answer at the latest interval's end.</summary>
    public int SilentChannels { get; private set; }

    /// <summary>True while meters are being read.</summary>
    public bool IsBusy
    {
        get { return _collectedUtcSeconds != 0 || HasReading(); }
    }

    /// <summary>Milliseconds until there is something to do again; 0 while meters are being read.</summary>
    public int IdleMs(int longestMs)
    {
        if (IsBusy)
            return 0;
        int idleMs = _intervals.MsToNextEnd(_clock.UtcMs);
        return idleMs < longestMs ? idleMs : longestMs;
    }

    /// <summary>Does what is due. Returns after a quarter of a second of exchanges at the latest, and the one that was then under way.</summary>
    /// <exception cref="DeviceException">The journal takes no more writes.</exception>
    public void Step()
    {
        AdvancePulses();
        uint endUtcSeconds;
        bool isEnd = _intervals.TryClose(_clock.UtcMs, out endUtcSeconds);
        if (_intervals.SetBackFromMs != 0)
            Tell(EventCode.ClockSet, EventBlock.WholeNode, _intervals.SetBackFromMs / 1000, _clock.UtcMs / 1000);
        if (isEnd)
            BeginRow(endUtcSeconds);
        else if (_hasUncheckpointed && _clock.MonotonicMs - _checkpointedMs >= _checkpointMs)
            Checkpoint();
        StepBuses();
        TellAsked();
        if (_collectedUtcSeconds != 0 && (!HasReading() || _clock.MonotonicMs - _collectedMs >= CollectTolerances * _toleranceMs))
            EndRow();
    }

    /// <summary>Keeps what is known before a stop that is foreseen: the row that is being collected as far as it has come, and what was counted since.</summary>
    public void Stop()
    {
        if (_collectedUtcSeconds != 0)
            EndRow();
        Checkpoint();
    }

    /// <summary>Keeps what was counted since the last row.</summary>
    public void Checkpoint()
    {
        AdvancePulses();
        for (int i = 0; i < _channels.Length; i++)
        {
            PulseAccumulator? pulses = _channels[i].Pulses;
            _registers[i] = pulses != null ? pulses.Register : _row[i];
        }
        _journal.Checkpoint(UtcSeconds(), _registers);
        NoteCheckpoint();
    }

    /// <summary>Reads a channel between intervals, or all of them; what it said is an event, not a reading, and follows when the meter has answered.</summary>
    /// <returns>False when there is no such channel.</returns>
    public bool ReadNow(byte channel)
    {
        if (channel != EventBlock.WholeNode && channel >= _channels.Length)
            return false;
        AdvancePulses();
        for (int i = 0; i < _channels.Length; i++)
        {
            if (channel != EventBlock.WholeNode && channel != i)
                continue;
            _channels[i].IsAsked = true;
            _isAsked = true;
            MeterReading? reading = _channels[i].Reading;
            if (reading != null)
                _buses[reading.Meter.Table.Line].BeginReading(reading);
        }
        TellAsked();
        return true;
    }

    /// <summary>Sets a pulse channel's register to its meter's dial. The next reading is marked, since it jumps.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="dialPulses">The dial, in pulses.</param>
    /// <param name="believedPulses">The register at the moment at which the dial was looked at.</param>
    /// <param name="movedMax">Most pulses by which the register may have moved on since.</param>
    public CommandOutcome Align(byte channel, long dialPulses, long believedPulses, int movedMax)
    {
        if (channel >= _channels.Length || dialPulses < 0)
            return CommandOutcome.BadArgument;
        PulseAccumulator? pulses = _channels[channel].Pulses;
        if (pulses == null)
            return CommandOutcome.NotPulses;
        AdvancePulses();
        long before = pulses.Register;
        if (believedPulses > before || believedPulses < before - movedMax || believedPulses < _alignedFrom[channel])
            return CommandOutcome.RegisterMoved;
        // What was counted since the dial was looked at has turned the dial as well.
        long aligned = dialPulses + before - believedPulses;
        Tell(EventCode.RegisterAligned, channel, before, aligned);
        pulses.Align(aligned);
        // Whoever looked at the register before this must not have it moved a second time.
        _alignedFrom[channel] = aligned > before ? aligned : before + 1;
        _isInDoubt[channel] = true;
        Checkpoint();
        return CommandOutcome.Done;
    }

    private void BeginRow(uint endUtcSeconds)
    {
        // The meters of the interval before have had their time.
        if (_collectedUtcSeconds != 0)
            EndRow();
        _collectedUtcSeconds = endUtcSeconds;
        _collectedMs = _clock.MonotonicMs;
        // Pulses up to this moment: a stall of all threads may lie between the last look and the end, and a bus takes its time.
        for (int i = 0; i < _contacts.Length; i++)
        {
            PulseAccumulator pulses = _pulses[i];
            Take(_contacts[i], pulses.Result, pulses.Register, _clock.UtcMs);
        }
        for (int i = 0; i < _buses.Length; i++)
            _buses[i].BeginRound();
    }

    private void EndRow()
    {
        SilentChannels = 0;
        for (int i = 0; i < _buses.Length; i++)
            _buses[i].EndRound(BusResult.NotAsked);
        for (int i = 0; i < _channels.Length; i++)
        {
            if (_channels[i].Reading != null)
                Take(i, _readings.Results[i], _readings.Registers[i], _readings.ReadUtcMs[i]);
            SilentChannels += _channels[i].SilentIntervals > 0 ? 1 : 0;
        }
        _journal.AppendRow(_collectedUtcSeconds, _clock.Quality, _row, _qualities);
        _collectedUtcSeconds = 0;
        RowsAppended++;
        NoteCheckpoint();
        // The row holds pulses as of the interval's end, and a restart goes on from the last that was kept.
        if (HaveMoved())
            Checkpoint();
    }

    private bool HaveMoved()
    {
        for (int i = 0; i < _contacts.Length; i++)
        {
            PulseAccumulator pulses = _pulses[i];
            if (!pulses.IsGone && pulses.Register != _row[_contacts[i]])
                return true;
        }
        return false;
    }

    // Most exchanges take some tens of milliseconds. More of them in one step save the loop around it; a line that waits lets the others go on.
    private void StepBuses()
    {
        bool isResting = true;
        for (int i = 0; i < _buses.Length; i++)
            isResting &= _buses[i].IsResting;
        if (isResting)
            return;
        long startMs = _clock.MonotonicMs;
        int msToRound = _intervals.MsToNextEnd(_clock.UtcMs);
        do
        {
            for (int i = 0; i < _buses.Length; i++)
                _buses[i].Step(msToRound, _buses.Length > 1 ? 1 : ListenMsMax);
        }
        while (HasReading() && _clock.MonotonicMs - startMs < StepMsMax);
    }

    private bool HasReading()
    {
        for (int i = 0; i < _buses.Length; i++)
        {
            if (_buses[i].IsBusy)
                return true;
        }
        return false;
    }

    private void TellAsked()
    {
        if (!_isAsked)
            return;
        _isAsked = false;
        for (int i = 0; i < _channels.Length; i++)
        {
            Channel channel = _channels[i];
            if (!channel.IsAsked)
                continue;
            if (channel.Reading != null && channel.Reading.IsWanted)
            {
                _isAsked = true;
                continue;
            }
            channel.IsAsked = false;
            PulseAccumulator? pulses = channel.Pulses;
            int error = (int)(pulses != null ? pulses.Result : _readings.Results[i]);
            long register = pulses != null ? pulses.Register : _readings.Registers[i];
            Tell(EventCode.RegisterRead, (byte)i, error == 0 ? register : 0, error);
        }
    }

    private void Take(int number, BusResult result, long register, long readUtcMs)
    {
        Channel channel = _channels[number];
        if (result != BusResult.Ok && result != BusResult.PulsesPending)
        {
            _qualities[number] = (byte)Quality.Missing;
            if (channel.SilentIntervals == 0)
                Tell(EventCode.MeterSilent, (byte)number, (long)result, 0);
            channel.SilentIntervals++;
            return;
        }
        if (channel.SilentIntervals > 0)
            Tell(EventCode.MeterBack, (byte)number, channel.SilentIntervals, 0);
        channel.SilentIntervals = 0;
        bool isSuspect = result != BusResult.Ok || _isInDoubt[number] || readUtcMs - 1000L * _collectedUtcSeconds > _toleranceMs;
        _isInDoubt[number] = false;
        _row[number] = register;
        _qualities[number] = (byte)(isSuspect ? Quality.Suspect : Quality.Measured);
    }

    private void AdvancePulses()
    {
        for (int i = 0; i < _contacts.Length; i++)
            AdvancePulses(_contacts[i], _pulses[i]);
    }

    private void AdvancePulses(int channel, PulseAccumulator pulses)
    {
        long added = pulses.Advance(_clock.MonotonicMs);
        if (added > 0)
            _hasUncheckpointed = true;
        if (pulses.WasCleared)
        {
            _isInDoubt[channel] = true;
            Tell(EventCode.PulsesInDoubt, (byte)channel, -1, pulses.Register);
        }
        if (added < 0 && !_channels[channel].IsRateTold)
            Tell(EventCode.PulseRateExceeded, (byte)channel, pulses.Pending, pulses.PendingMs);
        if (added != 0)
            _channels[channel].IsRateTold = added < 0;
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
