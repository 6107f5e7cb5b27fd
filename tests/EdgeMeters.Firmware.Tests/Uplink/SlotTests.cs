using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Metering.Commands;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Uplink;

/// <summary>When readings are sent: in the slot that the gateway gave, in one by the node's name, or at once.</summary>
public sealed class SlotTests
{
    private const int IntervalSeconds = 900;
    private const uint Begin = 1_800_000_000;

    private readonly VirtualClock _clock = new() { UtcMs = 1000L * Begin + 1000 };
    private readonly ScriptedUplink _uplink = new();
    private readonly ReceivingGateway _gateway = new();
    private readonly DialogueCodec _codec = new();
    private readonly BlockEnvelope _envelope = HmacBlockMac.AnyNode();
    private readonly Hello _heard = new();
    private readonly List<(BlockKind Kind, long Second, int Bytes)> _sent = [];
    private readonly NodeTable _table = new() { Node = "node", IntervalSeconds = IntervalSeconds };
    private readonly ReadingJournal _journal = new(new SimulatedFlash(new Geometry(1, 4096, 16, 1)), new SeededEntropy(1));
    private UplinkSession _session = null!;
    private uint _rowUtcSeconds = Begin;
    private long _register;

    public static TheoryData<int, int> Slots => new() { { 0, 0 }, { 250, 0 }, { 720, 150 }, { 899, 400 } };

    [Fact]
    public void A_node_without_station_sends_at_once()
    {
        Start(station: 0);
        Run(10);
        AppendRow();
        Run(2);
        Assert.Single(Readings());
    }

    [Fact]
    public void A_node_with_a_station_sends_in_the_slot_by_its_name_until_it_is_admitted()
    {
        Start(station: 7);
        int slot = UplinkSlot.Own("node", IntervalSeconds);
        RunIntervals(4);
        Assert.Equal([slot, slot, slot, slot], Readings().Select(sent => (int)(sent.Second % IntervalSeconds)));
        Assert.Equal(4, _gateway.Rows.Count);
    }

    [Theory]
    [MemberData(nameof(Slots))]
    public void An_admitted_node_sends_once_an_interval_in_its_slot(int slot, int growth)
    {
        Start(station: 7);
        Admit(slot, growth);
        RunIntervals(6);
        Assert.All(Readings(), sent => Assert.Equal(slot, sent.Second % IntervalSeconds));
        // The row of the interval's end is made in that second; a slot at the same second may be a look too early and is then kept open.
        Assert.InRange(Readings().Count(), 5, 6);
        Assert.InRange(_gateway.Rows.Count, 5, 6);
    }

    [Fact]
    public void A_row_that_is_late_finds_its_slot_open()
    {
        Start(station: 7);
        Admit(5, 150);
        RunTo(IntervalSeconds + 40);
        AppendRow();
        Run(2);
        Assert.Equal(IntervalSeconds + 40, Assert.Single(Readings()).Second, 1.0);
    }

    [Fact]
    public void Until_it_is_admitted_a_node_that_comes_back_after_its_slot_waits_for_the_next()
    {
        int slot = UplinkSlot.Own("node", IntervalSeconds);
        AppendRow();
        RunTo(slot + 20);
        Start(station: 7);
        RunTo(IntervalSeconds + slot - 1);
        Assert.Empty(Readings());
        RunTo(IntervalSeconds + slot + 10);
        Assert.Single(_gateway.Rows);
    }

    [Fact]
    public void A_node_that_comes_back_alone_makes_up_for_the_slot_that_passed()
    {
        AppendRow();
        RunTo(IntervalSeconds / 2);
        Start(station: 7);
        Admit(100, 0);
        Run(2);
        Assert.Single(_gateway.Rows);
        AppendRow();
        // The same admission again, with the next hello, does not open the slot a second time.
        Admit(100, 0);
        RunTo(IntervalSeconds + 99);
        Assert.Single(_gateway.Rows);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(500)]
    public void Nodes_that_come_back_together_each_send_in_the_first_slot_after_their_wait(int wait)
    {
        for (int i = 0; i < 20; i++)
            AppendRow();
        RunTo(IntervalSeconds / 2);
        Start(station: 7);
        Admit(100, 0, wait);
        RunTo(IntervalSeconds + 99);
        Assert.Empty(Readings());
        RunTo(IntervalSeconds + 110);
        Assert.Equal(20, _gateway.Rows.Count);
    }

    [Fact]
    public void A_gateway_that_has_the_layout_is_not_told_it_in_every_session_and_one_that_lacks_rows_is()
    {
        Start(station: 7);
        Admit(100, 0);
        RunIntervals(2);
        Assert.Equal(1, Layouts());
        _uplink.Disconnect();
        Run(2);
        _uplink.Connect();
        RunIntervals(2, from: 3);
        Assert.Equal((1, 4), (Layouts(), _gateway.Rows.Count));
        _session.Resend(1, 0, isOfEvents: false);
        RunIntervals(2, from: 5);
        Assert.Equal(2, Layouts());
    }

    [Fact]
    public void A_gateway_that_took_no_row_yet_is_told_the_layout_in_every_session()
    {
        Start(station: 7);
        for (int i = 1; i <= 3; i++)
        {
            _journal.AppendEvent(Begin, EventCode.SupplyFailing, EventBlock.WholeNode, 0, 0);
            Run(3);
            Assert.Equal(i, Layouts());
            _uplink.Disconnect();
            Run(2);
            _uplink.Connect();
        }
    }

    [Fact]
    public void Events_wait_for_no_slot()
    {
        Start(station: 7);
        Admit(600, 150);
        _journal.AppendEvent(Begin, EventCode.SupplyFailing, EventBlock.WholeNode, 0, 0);
        Run(3);
        Assert.Contains(_sent, sent => sent.Kind == BlockKind.Events);
    }

    [Fact]
    public void A_node_that_is_told_to_wait_sends_nothing_but_hellos_until_then()
    {
        Start(station: 7);
        Admit(100, 0, wait: 1500);
        int before = _sent.Count;
        _journal.AppendEvent(Begin, EventCode.SupplyFailing, EventBlock.WholeNode, 0, 0);
        AppendRow();
        Run(1499);
        Assert.All(_sent.Skip(before), sent => Assert.Equal(BlockKind.Hello, sent.Kind));
        Run(IntervalSeconds + 10);
        Assert.Single(_gateway.Rows);
        Assert.Single(_gateway.Events);
    }

    [Theory]
    [InlineData(100, 1, 1)]
    [InlineData(150, 4, 40)]
    [InlineData(400, 30, 250)]
    public void A_backlog_goes_out_in_blocks_that_outgrow_a_single_rows_by_no_more_than_was_admitted(int growth, int rowsMin, int rowsMax)
    {
        for (int i = 0; i < 1200; i++)
            AppendRow();
        Start(station: 7);
        Admit(100, growth);
        for (int i = 1; i <= 4; i++)
        {
            int before = _gateway.Rows.Count;
            RunTo((i - 1) * IntervalSeconds + 300);
            Assert.InRange(_gateway.Rows.Count - before, rowsMin, rowsMax);
            Assert.Equal(i, Readings().Count());
        }
        int single = SingleRowBytes();
        Assert.All(Readings(), sent => Assert.InRange(sent.Bytes, 1, single * growth / 100));
    }

    [Fact]
    public void A_block_that_failed_is_tried_again_in_the_slot_that_it_was_for()
    {
        Start(station: 7);
        AppendRow();
        Admit(100, 150);
        RunTo(99);
        int failed = 0;
        for (int i = 0; i < 60 && failed < 2; i++)
        {
            _session.Step();
            _clock.Advance(500);
            if (_uplink.Sent == null)
                continue;
            failed++;
            _uplink.Settle(UplinkOutcome.Failed);
        }
        Assert.Equal((2, 0), (failed, _gateway.Rows.Count));
        Run(10);
        Assert.Single(_gateway.Rows);
    }

    [Fact]
    public void Where_there_is_one_block_a_slot_new_readings_and_those_ordered_again_take_turns()
    {
        Start(station: 0);
        for (int i = 0; i < 40; i++)
            AppendRow();
        Run(20);
        Assert.Equal(40u, _journal.ReleasedRow);
        Admit(100, 150);
        _session.Resend(1, 0, isOfEvents: false);
        for (int i = 1; i <= 8; i++)
        {
            AppendRow();
            RunTo(i * IntervalSeconds + 300);
        }
        Assert.InRange(_gateway.RowsTaken.Count(row => row.Value == 2), 8, 40);
        Assert.InRange(_journal.ReleasedRow, 46u, 48u);
    }

    [Fact]
    public void The_slots_of_a_stations_nodes_lie_evenly_over_four_fifths_of_the_interval()
    {
        int[] taken = new int[12];
        for (int i = 1; i <= 1250; i++)
        {
            int slot = UplinkSlot.Own($"node-{i:0000}", IntervalSeconds);
            Assert.InRange(slot, 0, IntervalSeconds * 4 / 5);
            taken[slot * 12 / (IntervalSeconds * 4 / 5 + 1)]++;
        }
        Assert.All(taken, nodes => Assert.InRange(nodes, 104 - 40, 104 + 40));
    }

    [Fact]
    public void A_node_that_sleeps_sends_while_it_is_awake()
    {
        _table.MaySleep = true;
        Start(station: 7);
        AppendRow();
        Run(3);
        Assert.Single(_gateway.Rows);
    }

    [Fact]
    public void An_admission_for_another_hello_or_start_changes_nothing()
    {
        Start(station: 0);
        Admit(100, 0, number: _heard.Number + 1);
        Admit(100, 0, start: _heard.StartNumber + 1);
        AppendRow();
        Run(3);
        Assert.Single(_gateway.Rows);
    }

    private void Start(int station)
    {
        _table.Station = station;
        if (_journal.Epoch == 0)
            _journal.Open(JournalLife.Layout(2), new long[2]);
        var dialogue = new Dialogue(
            new Hello { StartNumber = 77, Station = station }, _envelope, new CommandMailbox(), new QuietHost(), new UplinkSlot(_clock, _table), _journal, _clock, new QuietHost());
        _session = new UplinkSession(_journal, _uplink, _clock, _envelope, new SeededEntropy(2), Limits.BlockBytesMin, 500, dialogue);
        _uplink.Connect();
        Run(2);
        Assert.Equal(77u, _heard.StartNumber);
    }

    private void Admit(int slot, int growth, int wait = 0, uint? number = null, uint? start = null)
    {
        var admission = new Admission
        {
            StartNumber = start ?? _heard.StartNumber, HelloNumber = number ?? _heard.Number, WaitSeconds = wait, SlotSeconds = slot, GrowthPercent = growth,
        };
        byte[] block = new byte[64];
        int count = _codec.Write(_envelope, admission, block, block.Length);
        _uplink.Documents.Enqueue(block[..count]);
        _session.Step();
    }

    private void AppendRow()
    {
        if (_journal.Epoch == 0)
            _journal.Open(JournalLife.Layout(2), new long[2]);
        _register += 1 + _register % 7;
        _rowUtcSeconds += IntervalSeconds;
        _journal.AppendRow(_rowUtcSeconds, ClockQuality.Synchronised, [5, 1_000_000 + _register], new byte[2]);
    }

    private int SingleRowBytes()
    {
        ReadingBlock row = new(500);
        Assert.Equal(1, _journal.ReadRows(1, 1, row));
        byte[] block = new byte[Limits.BlockBytesMin];
        return new ReadingBlockWriter(_envelope).Write(row, 1, block, block.Length);
    }

    /// <summary>Seconds since the begin, which lies at an interval's end.</summary>
    private long Second => _clock.UtcMs / 1000 - Begin;

    private IEnumerable<(BlockKind Kind, long Second, int Bytes)> Readings() => _sent.Where(sent => sent.Kind == BlockKind.Readings);

    private int Layouts() => _sent.Count(sent => sent.Kind == BlockKind.Layout);

    private void RunIntervals(int intervals, int from = 1)
    {
        for (int i = from; i < from + intervals; i++)
        {
            RunTo(i * IntervalSeconds);
            AppendRow();
        }
        RunTo((from + intervals) * IntervalSeconds - 1);
    }

    private void RunTo(long second) => Run((int)(second - Second));

    private void Run(int seconds)
    {
        for (long end = _clock.MonotonicMs + 1000L * seconds; _clock.MonotonicMs < end; _clock.Advance(500))
        {
            for (int i = 0; i < 40 && _session != null; i++)
            {
                _session.Step();
                if (_uplink.Sent is not { } block)
                    continue;
                _sent.Add(((BlockKind)block[1], Second, block.Length));
                if (block[1] == (byte)BlockKind.Hello)
                    Assert.Equal(BlockError.None, _codec.TryRead(block, block.Length, _heard));
                _gateway.Take(block);
                _uplink.Settle(UplinkOutcome.Received);
            }
        }
    }
}
