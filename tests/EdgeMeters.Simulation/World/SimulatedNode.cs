using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Flash;
using EdgeMeters.HostNode;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>A node of the world: the real core on simulated flash, which loses its supply, and the truth about its meters beside it.</summary>
internal sealed class SimulatedNode
{
    private const int ReadingsMax = 512;
    private const int IdleMsMax = 1_500_000;
    private const int UplinkMsMin = 1_000;
    private const int UplinkMsMax = 30_000;

    /// <summary>A row on a line is collected for two minutes at most; its registers were read within that time.</summary>
    private const int CollectMsMax = 130_000;

    private static readonly FlashGeometry Geometry = new(1, 4096, 32);

    private readonly WorldTime _world;
    private readonly FaultTable _faults;
    private readonly Random _random;
    private readonly VirtualTime _time = new();
    private readonly NodePlan _plan;
    private readonly byte[] _key;
    private readonly ReadingBlock _row = new(Limits.ChannelsMax);
    private readonly EventBlock _events = new();
    private SimulatedFlash _flash = new(Geometry);
    private NodeCore? _core;
    private NodeTime _clock;
    private long[] _base = [];
    private long[] _dialAtStart = [];
    private (long AtMs, long Pulses)[] _aligned = [];
    private uint _epoch;
    private uint _nextEvent;
    private long _liedMs = -1;
    private bool _wasClockSet;
    private long _rows;
    private int _life;
    private int _operationsToCut = -1;
    private int _cutBytes;
    private uint _underWay;
    private long _cutMs;
    private long _uplinkMs;
    private bool _isUplinkPlanned;

    public SimulatedNode(NodePlan plan, byte[] key, WorldTime world, FaultTable faults, int seed, Func<SimulatedGateway?> gateway)
    {
        _plan = plan;
        _key = key;
        _world = world;
        _faults = faults;
        _random = new Random(seed);
        _clock = new NodeTime(_time, 0);
        Link = new SimulatedLink(plan.Name, world, faults, new Random(_random.Next()), gateway) { Changed = StepUplinkSoon };
        plan.Build(_time, _random, faults);
    }

    public NodePlan Plan => _plan;

    public SimulatedLink Link { get; }

    /// <summary>Rows by epoch and sequence.</summary>
    public Dictionary<(uint Epoch, uint Sequence), RowTruth> Rows { get; } = [];

    /// <summary>Events by epoch and sequence.</summary>
    public Dictionary<(uint Epoch, uint Sequence), EventTruth> Events { get; } = [];

    /// <summary>Lowest sequence of events that the journal may still hold; 0 while the node is off.</summary>
    public uint OldestEvent => _core?.Journal.OldestEvent ?? 0;

    public bool IsOn => _core != null;

    public int PowerCuts { get; private set; }

    /// <summary>Registers that a meter on a line did not give, each stated as missing.</summary>
    public long Missing { get; private set; }

    /// <summary>True when the gateway holds all that the journal has.</summary>
    public bool IsDrained => _core != null && _core.Session.IsDrained;

    /// <summary>Sequences of rows that the journal said it gave up.</summary>
    public List<(uint Epoch, long First, long Last)> GivenUp { get; } = [];

    /// <summary>Opens the journal and starts both loops. The power may go again while it does.</summary>
    public void Start()
    {
        _life++;
        _time.AdvanceTo(Math.Max(_time.Microseconds, 1000 * _world.NowMs));
        _clock = new NodeTime(_time, _random.Next(-_faults.DriftPpmMax, _faults.DriftPpmMax + 1));
        Arm();
        try
        {
            var surroundings = new NodeSurroundings(_clock, _random);
            var ports = new NodePorts(_flash, Link, _clock, surroundings, new HmacBlockMac(_plan.Name, _key), surroundings, surroundings)
            {
                Lines = _plan.Bus == null ? [] : [_plan.Bus],
                Counters = [.. _plan.Meters.Select(m => m.Pulses == null ? null : (IPulseCounter)new Counter(this, m.Pulses))],
            };
            _core = new NodeCore(_plan.Table(TrueMs), ports, 1, ReadingsMax);
        }
        catch (PowerCut)
        {
            LoseSupply();
            return;
        }
        NoteSurvivor(_core);
        _rows = 0;
        NoteEventsOfStart(_core);
        _dialAtStart = [.. _plan.Meters.Select(m => m.Pulses?.At(TrueMs) ?? 0)];
        _base = [.. _core.StartRegisters];
        _aligned = new (long, long)[_base.Length];
        CheckStart(_core);
        Link.Start();
        PlanStep(0);
    }

    /// <summary>Arms a power cut: at once, or within one of the next operations of the flash.</summary>
    public void CutPower()
    {
        if (_core == null)
            return;
        if (_random.NextDouble() < _faults.CutsWithinOperation)
            _operationsToCut = _random.Next(40);
        else
            LoseSupply();
    }

    /// <summary>Ends the node as its host would, and starts it again, with other meters if so planned.</summary>
    public void Restart(Action? between = null)
    {
        if (_core == null)
            return;
        try
        {
            Advance();
            _core.Stop(RestartReason.Host);
            NoteRows();
            NoteEvents(isFollowed: false);
        }
        catch (PowerCut)
        {
            LoseSupply();
            return;
        }
        End();
        between?.Invoke();
        _world.After(_random.Next(1, 60_000), Start);
    }

    /// <summary>Somebody sets the clock wrongly, without the core being told.</summary>
    public void LieAboutTime(long utcMs)
    {
        _clock.Set(utcMs);
        _liedMs = _world.NowMs;
        // The event comes when the clock is set right; until then nobody can know how long the interval was.
        _wasClockSet = true;
    }

    /// <summary>True when the clock was right for so long.</summary>
    public bool HasToldTheTime(long forMs) => _liedMs < 0 || _world.NowMs - _liedMs > forMs;

    public long UtcMs => _clock.UtcMs;

    /// <summary>A channel whose register lags behind its dial; -1 when there is none.</summary>
    public int FindDoubt()
    {
        for (int i = 0; _core != null && i < _plan.Meters.Length; i++)
        {
            if (_plan.Meters[i].Pulses is { } dial && RegisterOf(i, TrueMs) != dial.At(TrueMs))
                return i;
        }
        return -1;
    }

    /// <summary>What a technician sees who looks at dial and register at the same moment.</summary>
    public (long Dial, long Register) Look(int channel) => (_plan.Meters[channel].Pulses!.At(TrueMs), RegisterOf(channel, TrueMs));

    private long TrueMs => _time.Microseconds / 1000;

    private long RegisterOf(int channel, long trueMs) => _base[channel] + _plan.Meters[channel].Pulses!.At(trueMs) - _dialAtStart[channel];

    private void Arm()
    {
        // Now and then the supply flaps: it goes again while the journal is opened.
        if (PowerCuts > 0 && _random.Next(4) == 0)
            _operationsToCut = _random.Next(12);
        _flash.IsProgramIgnored = _ => _random.NextDouble() < _faults.ProgramIgnored;
        _flash.IsEraseIgnored = _ => _random.NextDouble() < _faults.EraseIgnored;
        _flash.UnderWay = () =>
        {
            if (_operationsToCut < 0 || _operationsToCut-- > 0)
                return;
            _cutBytes = _random.Next(_flash.UnderWayBytes + 1);
            throw new PowerCut();
        };
    }

    private void LoseSupply()
    {
        PowerCuts++;
        if (_core != null)
        {
            NoteRows();
            NoteEvents(isFollowed: false);
            _underWay = _core.Journal.NextRow;
            _cutMs = TrueMs;
        }
        _flash = new SimulatedFlash(Geometry, _flash.ImageAfterCut(_random, _cutBytes));
        End();
        _world.After(_random.Next(1, 1000 * _faults.OffSecondsMax), Start);
    }

    private void End()
    {
        _core = null;
        _operationsToCut = -1;
        _cutBytes = 0;
        _life++;
        Link.Stop();
    }

    private void PlanStep(long ms)
    {
        int life = _life;
        _world.After(ms, () =>
        {
            if (life == _life)
                Step();
        });
    }

    private void Step()
    {
        try
        {
            Advance();
            StepAcquisition();
            StepUplink();
        }
        catch (PowerCut)
        {
            LoseSupply();
            return;
        }
        // Never before its own time: a line may have taken the node ahead of the world.
        long aheadMs = Math.Max(0, TrueMs - _world.NowMs);
        PlanStep(aheadMs + _core!.Acquisition.IdleMs(_random.Next(IdleMsMax / 4, IdleMsMax)) + _random.Next(1, 50));
    }

    private void Advance() => _time.AdvanceTo(Math.Max(_time.Microseconds, 1000 * _world.NowMs));

    private void StepAcquisition()
    {
        do
        {
            long before = _time.Microseconds;
            _core!.StepAcquisition();
            NoteRows();
            NoteEvents();
            if (_core.Acquisition.IsBusy && _time.Microseconds == before)
                _time.Advance(TimeSpan.FromMilliseconds(5));
        }
        while (_core.Acquisition.IsBusy);
    }

    private void StepUplinkSoon()
    {
        int life = _life;
        _uplinkMs = UplinkMsMin;
        _world.After(1, () =>
        {
            if (life == _life && _core != null)
                StepUplinkAlone();
        });
    }

    private void StepUplinkAlone()
    {
        try
        {
            Advance();
            StepUplink();
        }
        catch (PowerCut)
        {
            LoseSupply();
        }
    }

    private void StepUplink()
    {
        _core!.StepUplink();
        NoteEvents();
        if (_isUplinkPlanned || _core.Session.IsDrained || !Link.IsConnected)
            return;
        // While something waits, the loop goes round; less often the longer nothing happens.
        _isUplinkPlanned = true;
        int life = _life;
        _uplinkMs = Math.Min(UplinkMsMax, Math.Max(UplinkMsMin, _uplinkMs * 2));
        _world.After(_uplinkMs, () =>
        {
            _isUplinkPlanned = false;
            if (life == _life && _core != null)
                StepUplinkAlone();
        });
    }

    // The register never runs ahead of the dial, and what it lags behind since the last time was stated.
    private void CheckStart(NodeCore core)
    {
        for (int i = 0; i < _plan.Meters.Length; i++)
        {
            if (_plan.Meters[i].Pulses is not { } dial)
                continue;
            long lag = dial.At(TrueMs) - core.StartRegisters[i];
            long stated = core.MissingPulsesMax(i);
            if (lag < 0 || (stated >= 0 && lag - _plan.Lag[i] > stated))
            {
                throw new BrokenPromiseException(
                    $"{_plan.Name} channel {i} starts {lag} pulses behind its dial, {_plan.Lag[i]} before; stated were {stated} (register {core.StartRegisters[i]})");
            }
            _plan.Lag[i] = lag;
        }
    }

    private void NoteRows()
    {
        long appended = _core!.Acquisition.RowsAppended;
        if (appended == _rows)
            return;
        uint last = _core.Journal.NextRow - 1;
        for (uint sequence = last - (uint)(appended - _rows) + 1; sequence <= last; sequence++)
            NoteRow(_core, sequence, TrueMs);
        _rows = appended;
    }

    private void NoteRow(NodeCore core, uint sequence, long trueMs)
    {
        if (core.Journal.ReadRows(sequence, 1, _row) != 1 || _row.FirstSequence != sequence)
            throw new BrokenPromiseException($"{_plan.Name}: row {sequence} was appended and cannot be read");
        long[] registers = [.. _row.Registers.AsSpan(0, _row.Channels)];
        byte[] qualities = [.. _row.Qualities.AsSpan(0, _row.Channels)];
        for (int i = 0; i < registers.Length; i++)
            CheckRegister(sequence, i, registers[i], (Quality)qualities[i], trueMs);
        if (!Rows.TryAdd((core.Journal.Epoch, sequence), new RowTruth(_plan.Generation, trueMs, _row.StartUtcSeconds, registers, qualities, _wasClockSet)))
            throw new BrokenPromiseException($"{_plan.Name}: sequence {sequence} was given twice");
        _wasClockSet = false;
    }

    // The cut came within an append: that row is there now, or its sequence goes to another one. Nothing else may have come to be.
    private void NoteSurvivor(NodeCore core)
    {
        uint underWay = _underWay;
        _underWay = 0;
        if (underWay == 0 || core.Journal.ReadRows(underWay, 1, _row) != 1)
            return;
        if (_row.FirstSequence != underWay)
            throw new BrokenPromiseException($"{_plan.Name}: row {_row.FirstSequence} is there, which nobody appended");
        NoteRow(core, underWay, _cutMs);
    }

    private void CheckRegister(uint sequence, int channel, long register, Quality quality, long trueMs)
    {
        var meter = _plan.Meters[channel];
        if (quality == Quality.Missing)
        {
            if (meter.Pulses != null)
                throw new BrokenPromiseException($"{_plan.Name} row {sequence}: a contact's register is missing");
            Missing++;
            return;
        }
        var to = DateTimeOffset.FromUnixTimeMilliseconds(WorldTime.StartUtcMs + trueMs + 1);
        bool isTrue = meter.Pulses != null
            ? register <= RegisterOf(channel, trueMs) && register >= LeastOf(channel, trueMs)
            : meter.Face!.Showed(register, to.AddMilliseconds(-CollectMsMax), to);
        if (!isTrue)
            throw new BrokenPromiseException($"{_plan.Name} row {sequence} channel {channel} says {register}; its dial never showed that");
    }

    // A node with a line takes its pulses when the interval ends and appends the row when the last meter has answered.
    private long LeastOf(int channel, long trueMs)
    {
        if (_plan.Bus == null)
            return RegisterOf(channel, trueMs);
        bool wasAligned = _aligned[channel].AtMs > trueMs - CollectMsMax;
        return RegisterOf(channel, Math.Max(0, trueMs - CollectMsMax)) - (wasAligned ? Math.Max(0, _aligned[channel].Pulses) : 0);
    }

    // What the start told, and the event that a power cut ended and that is there all the same. After damage sequences are skipped. None is followed:
    // an alignment that the cut ended was told and did not happen.
    private void NoteEventsOfStart(NodeCore core)
    {
        _nextEvent = core.Journal.Epoch == _epoch ? _nextEvent : 1;
        _epoch = core.Journal.Epoch;
        while (core.Journal.ReadEvents(_nextEvent, _events) > 0)
            KeepEvents();
        _nextEvent = core.Journal.NextEvent;
    }

    private void NoteEvents(bool isFollowed = true)
    {
        var journal = _core!.Journal;
        while (_nextEvent < journal.NextEvent)
        {
            if (journal.ReadEvents(_nextEvent, _events) == 0 || _events.FirstSequence != _nextEvent)
                throw new BrokenPromiseException($"{_plan.Name}: event {_nextEvent} was appended and cannot be read");
            for (int i = 0; i < _events.Count && isFollowed; i++)
                NoteEvent((EventCode)_events.Codes[i], _events.Channels[i], _events.A[i], _events.B[i]);
            KeepEvents();
        }
    }

    private void KeepEvents()
    {
        for (int i = 0; i < _events.Count; i++)
        {
            if (!Events.TryAdd((_epoch, _events.FirstSequence + (uint)i), EventTruth.Of(_events, i)))
                throw new BrokenPromiseException($"{_plan.Name}: the sequence of event {_events.FirstSequence + i} was given twice");
        }
        _nextEvent = _events.FirstSequence + (uint)_events.Count;
    }

    private void NoteEvent(EventCode code, byte channel, long a, long b)
    {
        if (code == EventCode.JournalOverflow)
            GivenUp.Add((_core!.Journal.Epoch, a, b));
        _wasClockSet |= code == EventCode.ClockSet;
        if (code != EventCode.RegisterAligned)
            return;
        _aligned[channel] = (TrueMs, b - a);
        _base[channel] = b - (_plan.Meters[channel].Pulses!.At(TrueMs) - _dialAtStart[channel]);
        _plan.Lag[channel] = _plan.Meters[channel].Pulses!.At(TrueMs) - b;
        if (_plan.Lag[channel] != 0)
            throw new BrokenPromiseException($"{_plan.Name} channel {channel} was aligned to {b}, {_plan.Lag[channel]} pulses beside its dial");
    }

    /// <summary>The contact of a meter: counts from the node's start on.</summary>
    private sealed class Counter(SimulatedNode node, PulseDial dial) : IPulseCounter
    {
        private readonly long _atStart = dial.At(node.TrueMs);

        public long ReadTotal() => dial.At(node.TrueMs) - _atStart;
    }
}
