using EdgeMeters.Bench.Flash;
using CsCheck;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Uplink;

public sealed class UplinkSessionTests
{
    private readonly Dictionary<uint, long> _rows = [];
    private readonly Dictionary<uint, byte> _events = [];
    private readonly VirtualClock _clock = new();
    private readonly ScriptedUplink _uplink = new();
    private readonly ReceivingGateway _gateway = new();
    private readonly ReadingJournal _journal;
    private readonly UplinkSession _session;
    private uint _utcSeconds = 1_800_000_000;
    private long _register;

    public UplinkSessionTests()
        : this(1)
    {
    }

    private UplinkSessionTests(int seed)
    {
        _journal = new ReadingJournal(new SimulatedFlash(new Geometry(1, 4096, 64, 2)), new SeededEntropy(seed));
        _journal.Open(JournalLife.Layout(2), new long[2]);
        HmacBlockMac mac = new(new byte[32], "node");
        _session = new UplinkSession(
            _journal, _uplink, _clock, new BlockEnvelope(mac), new SeededEntropy(seed + 1), Limits.BlockBytesMin, 500, dialogue: null);
    }

    [Fact]
    public void Layout_comes_first_then_events_then_rows_oldest_first()
    {
        AppendRow();
        AppendEvent();
        AppendRow();
        _uplink.Connect();
        Drain();
        Assert.Equal([BlockKind.Layout, BlockKind.Events, BlockKind.Readings], _gateway.Kinds);
        Assert.Equal(_rows, _gateway.Rows);
        Assert.Equal(_events, _gateway.Events);
        Assert.True(_session.IsDrained);
    }

    [Fact]
    public void Nothing_is_released_before_the_receipt()
    {
        AppendRow();
        _uplink.Connect();
        StepUntilSent();
        _gateway.Take(_uplink.Sent!);
        _uplink.Settle(UplinkOutcome.Received);
        _session.Step();
        StepUntilSent();
        Assert.Equal((byte)BlockKind.Readings, _uplink.Sent![1]);
        for (int i = 0; i < 20; i++)
        {
            _clock.Advance(1000);
            _session.Step();
            Assert.Equal(0u, _journal.ReleasedRow);
        }
        _uplink.Settle(UplinkOutcome.Received);
        _session.Step();
        Assert.Equal(1u, _journal.ReleasedRow);
    }

    [Fact]
    public void A_lost_receipt_means_that_the_block_is_sent_again_after_a_wait()
    {
        AppendRow();
        _uplink.Connect();
        StepUntilSent();
        _gateway.Take(_uplink.Sent!);
        _uplink.Settle(UplinkOutcome.Received);
        _session.Step();
        StepUntilSent();
        byte[] first = _uplink.Sent!;
        // The gateway has it, its receipt does not arrive, and the link says nothing.
        _gateway.Take(first);
        _clock.Advance(UplinkSession.ReceiptTimeoutMs + 1);
        _session.Step();
        Assert.Equal((1, 0u), (_session.BlocksFailed, _journal.ReleasedRow));
        _session.Step();
        Assert.Same(first, _uplink.Sent);
        _clock.Advance(60000);
        _session.Step();
        Assert.NotSame(first, _uplink.Sent);
        Assert.Equal(first, _uplink.Sent);
        _gateway.Take(_uplink.Sent!);
        _uplink.Settle(UplinkOutcome.Received);
        _session.Step();
        Assert.Equal(1u, _journal.ReleasedRow);
        Assert.Equal(_rows, _gateway.Rows);
    }

    [Fact]
    public void A_new_session_is_told_the_layout_again_for_it_may_be_another_gateway()
    {
        _uplink.Connect();
        AppendRow();
        Drain();
        _uplink.Disconnect();
        AppendRow();
        _uplink.Connect();
        _gateway.ForgetLayouts();
        Drain();
        Assert.Equal([BlockKind.Layout, BlockKind.Readings, BlockKind.Layout, BlockKind.Readings], _gateway.Kinds);
        Assert.Equal(_rows, _gateway.Rows);
    }

    [Fact]
    public void A_backlog_goes_out_in_blocks_as_full_as_they_may_be()
    {
        AssertBacklogGoesInFullBlocks();
    }

    [Fact]
    public void A_backlog_after_rows_that_went_one_by_one_goes_out_as_full()
    {
        _uplink.Connect();
        for (int i = 0; i < 30; i++)
        {
            AppendRow();
            Drain();
        }
        Assert.Equal(30, _gateway.Kinds.Count(k => k == BlockKind.Readings));
        _gateway.Kinds.Clear();
        _uplink.Disconnect();
        AssertBacklogGoesInFullBlocks();
    }

    private void AssertBacklogGoesInFullBlocks()
    {
        for (int i = 0; i < 2000; i++)
            AppendRow();
        _uplink.Connect();
        Drain();
        Assert.Equal(_rows, _gateway.Rows);
        // 4,000 readings of one to two bytes in blocks of 1,024 bytes and 500 readings at most.
        Assert.InRange(_gateway.Kinds.Count(k => k == BlockKind.Readings), 8, 16);
    }

    [Fact]
    public void Whatever_fails_the_gateway_has_in_the_end_exactly_what_was_appended()
    {
        Gen.Int.Sample(seed => new UplinkSessionTests(seed).LiveWithFailures(new Random(seed)), iter: 100);
    }

    private void LiveWithFailures(Random random)
    {
        for (int i = 0; i < 400; i++)
        {
            switch (random.Next(8))
            {
                case 0 when !_uplink.IsConnected:
                    _uplink.Connect();
                    break;
                case 1 when random.Next(5) == 0:
                    _uplink.Disconnect();
                    _gateway.ForgetLayouts();
                    break;
                case 2:
                    AppendRow();
                    break;
                case 3 when random.Next(3) == 0:
                    AppendEvent();
                    break;
                case 4:
                    _clock.Advance(random.Next(20000));
                    break;
                case 5 when _uplink.Sent != null:
                    // Arrived or not, receipt or not.
                    if (random.Next(3) > 0)
                    {
                        _gateway.Take(_uplink.Sent);
                        _uplink.Settle(random.Next(3) > 0 ? UplinkOutcome.Received : UplinkOutcome.Failed);
                    }
                    else
                    {
                        _uplink.Settle(UplinkOutcome.Failed);
                    }
                    break;
                default:
                    _session.Step();
                    break;
            }
            Assert.All(Enumerable.Range(1, (int)_journal.ReleasedRow), row => Assert.Contains((uint)row, _gateway.Rows.Keys));
        }
        if (!_uplink.IsConnected)
            _uplink.Connect();
        Drain();
        Assert.Equal(_rows.OrderBy(r => r.Key), _gateway.Rows.OrderBy(r => r.Key));
        Assert.Equal(_events.OrderBy(e => e.Key), _gateway.Events.OrderBy(e => e.Key));
        Assert.True(_session.IsDrained);
    }

    private void AppendRow()
    {
        _register += 1 + _register % 7;
        _utcSeconds += 900;
        uint sequence = _journal.AppendRow(_utcSeconds, ClockQuality.Synchronised, [5, _register], new byte[2]);
        _rows.Add(sequence, _register);
    }

    private void AppendEvent()
    {
        _events.Add(_journal.AppendEvent(_utcSeconds, EventCode.MeterSilent, 0, 1, 0), (byte)EventCode.MeterSilent);
    }

    private void StepUntilSent()
    {
        for (int i = 0; i < 10 && _uplink.Sent == null; i++)
            _session.Step();
        Assert.NotNull(_uplink.Sent);
    }

    private void Drain()
    {
        for (int i = 0; i < 10000 && !_session.IsDrained; i++)
        {
            _session.Step();
            _clock.Advance(100);
            if (_uplink.Sent == null)
                continue;
            _gateway.Take(_uplink.Sent);
            _uplink.Settle(UplinkOutcome.Received);
        }
    }
}
