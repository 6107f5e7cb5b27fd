extern alias chip;

using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Chip;

/// <summary>The firmware as a whole, from Main on, against a real MQTT server: what the composition is for, and what it must survive.</summary>
public sealed class ChipNodeTests(ITestOutputHelper output) : IDisposable
{
    private readonly ChipStation _station = new();

    public void Dispose() => _station.Dispose();

    [Fact]
    public void A_configured_node_reads_counts_delivers_takes_its_time_and_shows_itself()
    {
        _station.Commission();
        _station.Start();
        _station.RunUntil("a hello answered with the time", () => _station.HasTold(EventCode.ClockSet), 60);
        _station.MakePulses(50);
        _station.RunUntil("three rows", () => _station.Received.Rows.Count >= 3, 60);
        _station.RunUntil("all pulses", () => _station.Received.Rows.Values.Max() == 700 + 50, 60);
        Assert.Empty(_station.MissingEnds());
        Assert.All(_station.Ends, end => Assert.InRange(end, _station.UtcMs / 1000 - 120, _station.UtcMs / 1000));
        Assert.False(_station.HasTold(EventCode.MeterSilent));
        Assert.Equal((1u, (byte)1), (_station.Hello.ConfigurationVersion, _station.Hello.Board));
        int before = _station.LedChanges();
        _station.RunSeconds(3);
        int healthy = _station.LedChanges() - before;
        _station.Send(CommandCode.Identify, 20);
        _station.RunUntil("the command's answer", () => _station.HasTold(EventCode.CommandDone), 30);
        before = _station.LedChanges();
        _station.RunSeconds(3);
        Assert.InRange(_station.LedChanges() - before, 5 * healthy, 31);
        Assert.Contains("this node is asked to show itself for 20 s", _station.Console());
    }

    [Fact]
    public void Lost_receipts_and_cut_connections_lose_and_double_nothing()
    {
        _station.Commission();
        _station.Start();
        _station.RunUntil("the time", () => _station.HasTold(EventCode.ClockSet), 60);
        _station.Chip.Network.PaceFactor = 200;
        _station.Chip.Network.LosesReceipt = publish => publish % 3 == 0;
        _station.MakePulses(400);
        for (int i = 0; i < 8; i++)
        {
            _station.RunSeconds(17 + i);
            _station.Chip.Network.CutConnections();
            _station.Chip.Network.IsUp = i % 2 == 0;
            _station.RunSeconds(5);
            _station.Chip.Network.IsUp = true;
        }
        _station.Chip.Network.LosesReceipt = _ => false;
        _station.RunUntil("everything", () => _station.Received.Rows.Values.LastOrDefault() == 700 + 400 && _station.Ends.Count >= 20, 300);
        Assert.Empty(_station.MissingEnds());
        Assert.Equal(Enumerable.Range(1, _station.Received.Rows.Count), _station.Received.Rows.Keys.Order().Select(sequence => (int)sequence));
        Assert.True(_station.Received.RowsTaken.Values.Any(times => times > 1), "no receipt was lost: the test has no bite");
        Assert.Null(_station.Chip.Threads.Unhandled);
    }

    [Fact]
    public void Power_cuts_at_any_moment_lose_no_row_that_was_kept_and_double_none()
    {
        _station.Prepare = chip => chip.Network.PaceFactor = 100;
        _station.Commission();
        Random random = new(Seed.Take(output));
        for (int life = 0; life < 6; life++)
        {
            _station.Start();
            _station.MakePulses(30);
            _station.RunSeconds(20 + random.Next(20));
            _station.Chip.RunMs(random.Next(1000));
        }
        _station.Start();
        int rows = _station.Received.Rows.Count;
        _station.RunUntil("rows of the last life", () => _station.Received.Rows.Count >= rows + 3, 120);
        Assert.Equal(Enumerable.Range(1, _station.Received.Rows.Count), _station.Received.Rows.Keys.Order().Select(sequence => (int)sequence));
        Assert.Equal(7, _station.Received.ToldEvents.Count(e => e.Code == EventCode.Started));
        long[] registers = [.. _station.Received.Rows.OrderBy(row => row.Key).Select(row => row.Value)];
        Assert.Equal(registers.Order(), registers);
        Assert.InRange(registers[^1], 700 + 7 * 5, 700 + _station.Pulses);
    }

    [Fact]
    public void A_handshake_that_stalls_all_threads_for_8_s_loses_no_interval_and_no_pulse()
    {
        _station.Prepare = chip => chip.Network.HandshakeMs = 8000;
        _station.Commission();
        _station.Start();
        _station.RunUntil("the time", () => _station.HasTold(EventCode.ClockSet), 60);
        _station.Chip.Network.PaceFactor = 200;
        _station.MakePulses(200);
        int handshakes = _station.Chip.Network.Handshakes;
        for (int i = 0; i < 6; i++)
        {
            // So that the handshake is under way when an interval ends, and once it is nearly over.
            _station.RunUntil("a moment before an end", () => _station.UtcMs / 1000 % ChipStation.IntervalSeconds == 8 - i % 4, 20);
            _station.Chip.Network.CutConnections();
            _station.RunSeconds(15);
        }
        _station.RunUntil("everything", () => _station.Received.Rows.Values.LastOrDefault() == 700 + 200, 120);
        Assert.True(_station.Chip.Network.Handshakes >= handshakes + 6);
        Assert.Empty(_station.MissingEnds());
        Assert.False(_station.HasTold(EventCode.MeterSilent));
    }

    [Fact]
    public void Narrow_links_of_8_s_there_and_back_deliver()
    {
        _station.Prepare = chip => chip.Network.RoundTripMs = 8000;
        _station.Commission();
        _station.Start();
        _station.RunUntil("rows", () => _station.Received.Rows.Count >= 3, 300);
        _station.RunUntil("receipts", () => _station.Console().Contains("backlog 0") || _station.Console().Contains("backlog 1"), 300);
        Assert.DoesNotContain("no receipt", _station.Console());
        Assert.All(_station.Received.RowsTaken.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public void A_node_without_identity_or_configuration_announces_itself()
    {
        _station.Start();
        _station.RunSeconds(25);
        Assert.Contains("EMF1 chip=240AC4010203 target=ESP32_REV3 application=100 node=- needs=I:\\node.key", _station.Console());
        Assert.Equal(3, _station.Chip.Network.Broadcasts.Count);
        Assert.All(_station.Chip.Network.Broadcasts, told => Assert.Equal(FactoryNotice.UdpPort, told.Port));
        Assert.StartsWith("EMF1 chip=240AC4010203", _station.Chip.Network.Broadcasts[0].Text);
        _station.Put("I:\\node.key", "node " + new string('0', 64) + "\r\n");
        _station.Start();
        _station.RunSeconds(1);
        Assert.Contains("node=node needs=I:\\node.table", _station.Console());
        byte[] forged = _station.Sign(_station.Table());
        forged[^1] ^= 1;
        _station.Files.Put("I:\\node.table", forged);
        _station.Start();
        _station.RunSeconds(1);
        Assert.Contains("because it is not signed for this node", _station.Console());
        Assert.Equal(0, _station.Chip.Network.Handshakes);
    }

    [Theory]
    [InlineData("ESP32_C3_REV3", (byte)1, "has no hardware pulse counter")]
    [InlineData("ESP32_S3_ALL", (byte)1, "is not for the chip of esp32-devkitc")]
    [InlineData("ESP32_REV3", (byte)77, "names board 77")]
    public void A_wrong_board_is_refused_by_name_and_no_pin_is_touched(string target, byte board, string reason)
    {
        NodeTable table = _station.Table();
        table.Board = board;
        _station.Commission(table);
        _station.Start(target);
        _station.RunSeconds(15);
        Assert.Contains(reason, _station.Console());
        Assert.Contains("EMF1 ", _station.Console());
        Assert.Equal(0, _station.Chip.Network.Handshakes);
        Assert.Equal(0, _station.LedChanges());
    }

    [Fact]
    public void A_configuration_that_does_not_fit_its_board_is_refused_and_the_light_says_so()
    {
        NodeTable table = _station.Table();
        table.Lines = [new LineTable(), new LineTable()];
        _station.Commission(table);
        _station.Start();
        _station.RunSeconds(12);
        Assert.Contains("The configuration has 2 serial lines, esp32-devkitc has 1.", _station.Console());
        // On, with a dip in every three seconds.
        Assert.InRange(_station.LedChanges(), 6, 10);
    }

    [Fact]
    public void Certificates_that_are_damaged_cost_the_session_and_no_reading()
    {
        _station.Commission();
        _station.Put("I:\\node-key.pem", "no key");
        _station.Start();
        _station.RunSeconds(65);
        Assert.Contains("is missing or no PEM", _station.Console());
        Assert.Matches("rows [56], backlog [56]", _station.Console());
        Assert.Empty(_station.Received.Kinds);
        _station.Commission();
        _station.Start();
        _station.RunUntil("what was kept", () => _station.Received.Rows.Count >= 6, 60);
    }

    [Fact]
    public void Without_any_time_a_first_connection_waits_for_SNTP_and_a_later_start_needs_only_its_journal()
    {
        _station.Prepare = chip => chip.Network.SntpUtcMs = null;
        _station.Commission();
        _station.Start();
        _station.RunUntil("the refusal", () => _station.Console().Contains("not yet valid"), 60);
        Assert.Empty(_station.Received.Kinds);
        _station.Chip.Network.SntpUtcMs = () => _station.UtcMs;
        _station.RunUntil("rows", () => _station.Received.Rows.Count >= 2, 400);
        _station.Start();
        int rows = _station.Received.Rows.Count;
        _station.RunUntil("rows after a restart without SNTP", () => _station.Received.Rows.Count >= rows + 2, 120);
    }

    [Fact]
    public void A_configuration_from_the_gateway_comes_into_force_by_a_restart_and_is_confirmed()
    {
        _station.Commission();
        _station.Start();
        _station.RunUntil("rows", () => _station.HasTold(EventCode.ClockSet) && _station.Received.Rows.Count >= 1, 60);
        _station.SendDocument(_station.Sign(_station.Table(version: 2)));
        _station.RunUntil("a reboot", () => _station.Chip.Reboots == 1, 60);
        _station.Start();
        _station.RunUntil("its confirmation", () => _station.Received.ToldEvents.Any(e => e is { Code: EventCode.Configuration, A: 2, B: 1 }), 60);
        Assert.Contains(_station.Received.ToldEvents, e => e is { Code: EventCode.Stopping, A: (long)RestartReason.Configuration });
        Assert.Equal(2u, _station.Hello.ConfigurationVersion);
        _station.RunUntil("rows", () => _station.Received.Rows.Count >= 3, 60);
        Assert.Equal(Enumerable.Range(1, _station.Received.Rows.Count), _station.Received.Rows.Keys.Order().Select(sequence => (int)sequence));
    }

    [Fact]
    public void A_node_on_a_battery_sleeps_between_intervals_with_its_network_down_and_delivers_every_one()
    {
        NodeTable table = _station.Table();
        table.Channels = table.Channels[..1];
        table.MaySleep = true;
        table.IntervalSeconds = 60;
        _station.Prepare = chip =>
        {
            chip.Network.Kind = System.Net.NetworkInformation.NetworkInterfaceType.Wireless80211;
            chip.Network.Ssid = "meters";
            chip.Network.ComesUpWhenAsked = true;
        };
        _station.Commission(table);
        _station.Start();
        _station.RunUntil("the time", () => _station.HasTold(EventCode.ClockSet), 90);
        _station.RunUntil("five rows", () => _station.Received.Rows.Count >= 5, 600);
        uint[] ends = [.. _station.Ends];
        Assert.Equal(Enumerable.Range(0, ends.Length).Select(i => ends[0] + (uint)i * 60), ends);
        Assert.True(_station.Chip.TicksLostUs > 3 * 30_000_000L, $"slept {_station.Chip.TicksLostUs / 1_000_000} s");
        Assert.True(_station.Chip.Network.WifiConnects >= 4);
    }

    [Fact]
    public void A_journal_that_does_not_answer_is_a_fault_that_is_shown_and_restarts_the_chip_after_a_pause()
    {
        _station.Commission();
        _station.Prepare = chip => chip.Solder(1, 5, null!);
        _station.Start();
        _station.RunSeconds(30);
        Assert.Contains("FAULT: ", _station.Console());
        Assert.Equal(0, _station.Chip.Reboots);
        _station.RunUntil("a reboot", () => _station.Chip.Reboots == 1, 60);
    }
}
