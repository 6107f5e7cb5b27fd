using EdgeMeters.Bench.Bus;
using EdgeMeters.HostNode;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Simulation.World;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.City;

/// <summary>A node of a station: the real core with its journal, contacts on every channel, and what its dials showed at each interval's end.</summary>
internal sealed class CityNode
{
    private const int ReadingsMax = 512;
    private const int Sectors = 32;
    private const int IdleMsMax = 400_000;
    private const int PollMsMax = 60_000;
    private const int DriftPpmMax = 20;
    private const int PulsesPerSecondMax = 10;
    private const int StopMs = 60_000;

    private readonly WorldTime _world;
    private readonly VirtualTime _time;
    private readonly NodeTime _clock;
    private readonly NodeCore _core;
    private readonly PulseDial[] _dials;
    private readonly int _rowsMax;
    private bool _isUplinkPlanned;
    private bool _isStepPlanned;

    public CityNode(string name, int station, int channels, int rows, byte[] key, WorldTime world, VirtualTime time, Func<IEntropy, CityLink> link, Random random)
    {
        Name = name;
        _world = world;
        _time = time;
        _rowsMax = rows;
        _dials = [.. Enumerable.Range(0, channels).Select(_ => new PulseDial(random.Next(1_000_000), (rows / CityOptions.IntervalsPerDay) + 1, random))];
        Truth = new CityTruth(channels, _rowsMax);
        _clock = new NodeTime(time, random.Next(-DriftPpmMax, DriftPpmMax + 1));
        // Whoever commissioned it set its clock; from then on the gateway does.
        _clock.Set(world.UtcMs);
        var surroundings = new NodeSurroundings(_clock, random);
        Link = link(surroundings);
        Link.Changed = StepSoon;
        var ports = new NodePorts(new LeanFlash(Sectors), Link, _clock, surroundings, new HmacBlockMac(name, key), surroundings, surroundings)
        {
            Counters = [.. _dials.Select(d => (IPulseCounter)new Counter(world, d))],
        };
        _core = new NodeCore(Table(station), ports, 1, ReadingsMax);
        PlanStep(0);
    }

    public string Name { get; }

    public CityLink Link { get; }

    public CityTruth Truth { get; }

    public bool IsDrained => _core.Session.IsDrained && Truth.Rows == _rowsMax;

    public long BlocksFailed => _core.Session.BlocksFailed;

    private NodeTable Table(int station) => new()
    {
        Version = 1,
        Node = Name,
        Station = station,
        GatewayHost = "gateway",
        GatewayPort = 8883,
        IntervalSeconds = CityOptions.IntervalSeconds,
        CheckpointSeconds = 3600,
        Channels = [.. _dials.Select((d, i) => new ChannelTable
        {
            Layout = new ChannelLayout { MeterSerial = $"{Name}{i:D2}", Register = "8-0:1.0.0", Unit = Unit.Litre },
            Kind = ChannelKind.Pulse, Input = (byte)i, Contact = ContactKind.Counter, PulsesPerSecondMax = PulsesPerSecondMax, StartPulses = d.At(0),
        })],
    };

    private void PlanStep(long ms) => _world.After(ms, () =>
    {
        _time.AdvanceTo(1000 * _world.NowMs);
        _core.StepAcquisition();
        if (_core.Acquisition.RowsAppended != Truth.Rows)
            NoteRow();
        StepUplink();
        if (Truth.Rows < _rowsMax && _world.NowMs < (1000L * CityOptions.IntervalSeconds * _rowsMax) + StopMs)
            PlanStep(_core.Acquisition.IdleMs(IdleMsMax) + 1);
    });

    // The dial is asked at the moment at which the node read its contacts; the journal is not.
    private void NoteRow()
    {
        var journal = _core.Journal;
        if (_core.Acquisition.RowsAppended != Truth.Rows + 1 || journal.NextRow != Truth.Rows + 2)
            throw new BrokenPromiseException($"{Name}: {_core.Acquisition.RowsAppended} rows after {Truth.Rows} and {journal.NextRow} is next");
        long interval = (_world.NowMs + (500L * CityOptions.IntervalSeconds)) / (1000L * CityOptions.IntervalSeconds);
        Truth.Add(journal.Epoch, interval, _world.NowMs, i => _dials[i].At(_world.NowMs));
    }

    private void StepSoon()
    {
        if (_isStepPlanned)
            return;
        _isStepPlanned = true;
        _world.After(1, () =>
        {
            _isStepPlanned = false;
            _time.AdvanceTo(1000 * _world.NowMs);
            StepUplink();
        });
    }

    private void StepUplink()
    {
        _core.StepUplink();
        if (_isUplinkPlanned || !Link.IsConnected || _core.Session.IsDrained)
            return;
        _isUplinkPlanned = true;
        _world.After(PollMs(), () =>
        {
            _isUplinkPlanned = false;
            _time.AdvanceTo(1000 * _world.NowMs);
            StepUplink();
        });
    }

    // The loop of a node goes round all the time; here only when there can be something to do: at its slot, or when its patience may be over.
    private int PollMs()
    {
        const int intervalMs = 1000 * CityOptions.IntervalSeconds;
        if (Link.SlotSeconds < 0)
            return PollMsMax;
        int toSlotMs = (int)((1000L * Link.SlotSeconds + intervalMs - (_clock.UtcMs % intervalMs)) % intervalMs);
        return Math.Min(PollMsMax, toSlotMs + 1);
    }

    private sealed class Counter(WorldTime world, PulseDial dial) : IPulseCounter
    {
        private readonly long _atStart = dial.At(world.NowMs);

        public long ReadTotal() => dial.At(world.NowMs) - _atStart;
    }
}
