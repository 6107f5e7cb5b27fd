using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>
/// After its start the core allocates nothing: what is not allocated is not collected, and the interpreter stands still while it collects.
/// Broken devices are not part of this: a DeviceException is an object.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int WarmUpRounds = 300;
    private const int Rounds = 5000;

    private readonly SixteenMeters _node = new();
    private readonly long[] _registers = [.. Enumerable.Range(0, SixteenMeters.Channels).Select(i => 1_000_000L * i)];
    private readonly byte[] _qualities = new byte[SixteenMeters.Channels];

    [Fact]
    public void A_poll_allocates_nothing_disturbed_and_unanswered_ones_included()
    {
        _node.Line.DisturbedEvery = 3;
        _node.Line.SilentEvery = 7;
        ModbusPoint point = new() { Function = 4, Address = 52, Type = Metering.Registers.RegisterType.F32, FloatScale = 1000 };
        RegisterReadings readings = new([new ChannelLayout()]);
        MeterReading reading = new(new BusFactory(1, 9600).NewMeter(new MeterTable(), [point]), [0], readings);
        BusScheduler bus = new(new BusLine(_node.Line, _node.Clock, new LineTable()), _node.Clock, [reading]);
        int answered = 0;
        Measure("poll", () =>
        {
            bus.BeginRound();
            while (bus.IsBusy)
                bus.Step(0, 50);
            if (readings.Results[0] == BusResult.Ok)
                answered++;
        });
        // Both outcomes were measured, and retries with them.
        Assert.InRange(answered, Rounds / 4, WarmUpRounds + Rounds - Rounds / 20);
        Assert.True(_node.Line.Requests > WarmUpRounds + Rounds + Rounds / 4);
    }

    [Fact]
    public void A_pulse_input_allocates_nothing()
    {
        SteadyCounter counter = new();
        PulseAccumulator pulses = new(counter, 1L << 40, 17, 0);
        long nowMs = 0;
        Measure("pulse advance", () =>
        {
            counter.Total += 2;
            pulses.Advance(nowMs += 200);
        });
        Assert.Equal((1L << 40) + counter.Total, pulses.Register);
    }

    [Fact]
    public void A_dual_reed_allocates_nothing()
    {
        DualReed reed = new(overlaps: true, 10_000);
        bool isFirst = false;
        bool isSecond = false;
        long now = 0;
        reed.Edge(isSecond: false, isFirst, now);
        reed.Edge(isSecond: true, isSecond, now);
        Measure("turn of a dual reed", () =>
        {
            for (int step = 0; step < 4; step++)
            {
                now += 50_000;
                if (step % 2 == 0)
                    reed.Edge(isSecond: false, isFirst = !isFirst, now);
                else
                    reed.Edge(isSecond: true, isSecond = !isSecond, now);
            }
            while (reed.TryTakeEvent(out _, out _))
            {
            }
        });
        Assert.InRange(reed.Total, WarmUpRounds + Rounds - 1, WarmUpRounds + Rounds);
    }

    [Fact]
    public void The_journal_allocates_nothing_sector_changes_included()
    {
        ReadingJournal journal = _node.Core.Journal;
        uint utc = 1_800_000_000;
        int erases = _node.Flash.Erases;
        Measure("row", () => journal.AppendRow(utc += 900, ClockQuality.Synchronised, _registers, _qualities));
        Measure("event", () => journal.AppendEvent(utc, EventCode.MeterSilent, 3, 1, long.MaxValue));
        Measure("checkpoint", () => journal.Checkpoint(utc, _registers));
        uint released = journal.ReleasedRow;
        Measure("release of rows", () => journal.ReleaseRows(released = Math.Max(released, journal.ReleasedRow) + 1), rounds: 1000);
        uint releasedEvent = journal.ReleasedEvent;
        Measure("release of events", () => journal.ReleaseEvents(releasedEvent = Math.Max(releasedEvent, journal.ReleasedEvent) + 1), rounds: 1000);
        // Several laps of the ring, given-up rows and their events among them.
        Assert.True(_node.Flash.Erases - erases > 4 * SixteenMeters.SectorCount);
    }

    [Fact]
    public void Blocks_of_readings_and_of_events_allocate_nothing()
    {
        BlockEnvelope envelope = new(new ChecksumMac());
        byte[] destination = new byte[Limits.BlockBytesMin];
        ReadingBlockWriter writer = new(envelope);
        ReadingBlock readings = new(SixteenMeters.ReadingsMax);
        EventBlockCodec codec = new();
        EventBlock events = new();
        ReadingJournal journal = _node.Core.Journal;
        uint utc = 1_800_000_000;
        for (int row = 0; row < 12; row++)
        {
            for (int i = 0; i < _registers.Length; i++)
                _registers[i] += i * row;
            journal.AppendRow(utc += 900, ClockQuality.Synchronised, _registers, _qualities);
            journal.AppendEvent(utc, EventCode.MeterBack, 4, row, 0);
        }
        int bytes = 0;
        Measure("block of readings", () =>
        {
            int rows = journal.ReadRows(1, 12, readings);
            bytes = writer.Write(readings, rows, destination, destination.Length);
        });
        Assert.True(bytes > SixteenMeters.Channels);
        Measure("block of events", () =>
        {
            journal.ReadEvents(1, events);
            bytes = codec.Write(envelope, events, destination, destination.Length);
        });
        Assert.True(bytes > 100);
    }

    [Fact]
    public void Half_a_year_of_a_whole_node_allocates_nothing()
    {
        _node.Line.DisturbedEvery = 17;
        _node.Line.SilentEvery = 101;
        int number = 0;
        Measure("interval with its backlog", () =>
        {
            // A link that is there for a third of the time, a supply that dips once a day.
            _node.Uplink.IsConnected = number % 60 < 20;
            _node.Host.IsSupplyFailing = number++ % 96 == 0;
            _node.PassInterval();
            _node.Acquire();
            _node.Core.StepUplink();
            _node.Clock.Advance(200);
            _node.Acquire();
            _node.Drain();
        }, rounds: 96 * 180);
        // The first interval is the one in which the node started.
        Assert.InRange(_node.Core.Acquisition.RowsAppended, WarmUpRounds + 96 * 180 - 1, WarmUpRounds + 96 * 180);
        Assert.True(_node.Uplink.Blocks > 1000);
    }

    private void Measure(string what, Action round, int rounds = Rounds)
    {
        for (int i = 0; i < WarmUpRounds; i++)
            round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++)
            round();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{what}: {bytes} bytes in {rounds} rounds");
        Assert.Equal(0, bytes);
    }
}
