using System.Globalization;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>Programs that are not ours read the virtual meters on a real pseudo-terminal.</summary>
public class VirtualMeterTests
{
    private const string Mbpoll = "/usr/bin/mbpoll";
    private const string Python = "/usr/bin/python3";

    /// <summary>Reads a list of "function address count" and prints the registers of each in one line, or the exception.</summary>
    private const string PymodbusReader =
        """
        import sys
        from pymodbus.client import ModbusSerialClient
        client = ModbusSerialClient(port=sys.argv[1], baudrate=9600, timeout=10)
        assert client.connect()
        for read in sys.argv[2:]:
            unit, function, address, count = map(int, read.split())
            call = client.read_input_registers if function == 4 else client.read_holding_registers
            answer = call(address, count, slave=unit)
            print("exception %d" % answer.exception_code if answer.isError() else " ".join(map(str, answer.registers)))
        client.close()
        """;

    private static Dial Frozen(Unit unit, long reading)
    {
        Dial dial = new(TimeProvider.System, unit, reading, perHour: 0, seed: 1);
        dial.Freeze();
        return dial;
    }

    private static LineServer Serve(PseudoTerminal terminal, params IVirtualMeter[] meters) => new(terminal, [.. meters.Select(meter => new ModbusDevice(meter))]);

    private static string[][] ReadWithPymodbus(PseudoTerminal terminal, params string[] reads)
    {
        DebianProgram.RequireInstalled("/usr/lib/python3/dist-packages/pymodbus/__init__.py", "python3-pymodbus");
        (int exitCode, string output) = DebianProgram.Run(Python, ["-W", "ignore", "-c", PymodbusReader, terminal.Path, .. reads]);
        Assert.True(exitCode == 0, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
    }

    private static uint HighFirst(string[] registers, int at) =>
        (uint.Parse(registers[at], CultureInfo.InvariantCulture) << 16) | uint.Parse(registers[at + 1], CultureInfo.InvariantCulture);

    private static uint LowFirst(string[] registers, int at) => uint.RotateLeft(HighFirst(registers, at), 16);

    [Fact]
    public void Mbpoll_prints_the_dial_of_the_virtual_sdm630()
    {
        DebianProgram.RequireInstalled(Mbpoll, "mbpoll");
        using PseudoTerminal terminal = new();
        // mbpoll prints six significant digits: 123.456 kWh shows every watt-hour.
        using LineServer server = Serve(terminal, new VirtualSdm630(1, Frozen(Unit.Wh, 123_456)));
        (int exitCode, string output) = DebianProgram.Run(
            Mbpoll, "-m", "rtu", "-a", "1", "-t", "3:float", "-B", "-0", "-r", "72", "-c", "1", "-1", "-o", "10", "-b", "9600", "-P", "none", terminal.Path);
        Assert.True(exitCode == 0, output);
        Assert.Contains("[72]: \t123.456\n", output);
    }

    [Fact]
    public void Pymodbus_reads_the_sdm630_exact_to_the_watt_hour_in_float32()
    {
        using PseudoTerminal terminal = new();
        const long importWh = 7_999_999;
        const long exportWh = 1_234;
        using LineServer server = Serve(terminal, new VirtualSdm630(17, Frozen(Unit.Wh, importWh), Frozen(Unit.Wh, exportWh)));
        string[][] answers = ReadWithPymodbus(terminal, "17 4 72 4", "17 4 342 2", "17 4 346 6", "17 4 52 2", "17 4 70 2");

        static long WattHours(string[] registers, int at) =>
            (long)Math.Round(BitConverter.UInt32BitsToSingle(HighFirst(registers, at)) * 1000.0);
        Assert.Equal(importWh, WattHours(answers[0], 0));
        Assert.Equal(exportWh, WattHours(answers[0], 2));
        Assert.Equal(importWh + exportWh, WattHours(answers[1], 0));
        Assert.Equal(importWh, WattHours(answers[2], 0) + WattHours(answers[2], 2) + WattHours(answers[2], 4));
        Assert.Equal(0f, BitConverter.UInt32BitsToSingle(HighFirst(answers[3], 0)));
        Assert.InRange(BitConverter.UInt32BitsToSingle(HighFirst(answers[4], 0)), 49.9f, 50.1f);
    }

    [Fact]
    public void Pymodbus_reads_whole_cubic_metres_and_their_fraction_from_the_tuf_2000m()
    {
        using PseudoTerminal terminal = new();
        // 70,000 m³ needs both words, so their order shows.
        const long litres = 70_000_250;
        using LineServer server = Serve(terminal, new VirtualSdm630(1, Frozen(Unit.Wh, 1)), new VirtualTuf2000M(2, Frozen(Unit.Litre, litres)));
        string[][] answers = ReadWithPymodbus(terminal, "2 3 8 6", "2 3 24 2", "2 3 0 2", "2 3 1441 1", "2 3 0 100");

        Assert.Equal(litres / 1000, LowFirst(answers[0], 0));
        Assert.Equal(0.25f, BitConverter.UInt32BitsToSingle(LowFirst(answers[0], 2)));
        Assert.Equal(0u, LowFirst(answers[0], 4));
        Assert.Equal(litres / 1000, LowFirst(answers[1], 0));
        Assert.Equal(0f, BitConverter.UInt32BitsToSingle(LowFirst(answers[2], 0)));
        Assert.Equal("2", answers[3][0]);
        Assert.Equal(100, answers[4].Length);
    }

    [Fact]
    public void Refusals_are_the_exceptions_that_the_protocol_has_for_them()
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Serve(terminal, new VirtualSdm630(1, Frozen(Unit.Wh, 1)), new VirtualTuf2000M(2, Frozen(Unit.Litre, 1)));
        string[][] answers = ReadWithPymodbus(
            terminal, "1 3 72 2", "1 4 36 2", "1 4 0 82", "1 4 0 36", "2 4 8 2", "2 3 1438 1", "2 3 65535 2");
        Assert.Equal(["exception", "1"], answers[0]);
        Assert.Equal(["exception", "2"], answers[1]);
        Assert.Equal(["exception", "3"], answers[2]);
        Assert.Equal(36, answers[3].Length);
        Assert.Equal(["exception", "1"], answers[4]);
        Assert.Equal(["exception", "2"], answers[5]);
        Assert.Equal(["exception", "2"], answers[6]);
    }

    [Fact]
    public void The_instant_quantities_of_the_sdm630_agree_with_how_fast_its_dial_turns()
    {
        using PseudoTerminal terminal = new();
        Dial dial = new(TimeProvider.System, Unit.Wh, 1_000_000, perHour: 3000, seed: 5);
        using LineServer server = Serve(terminal, new VirtualSdm630(1, dial));
        DateTimeOffset before = dial.NowUtc;
        string[][] answers = ReadWithPymodbus(terminal, "1 4 52 2", "1 4 0 36");
        // Every rate that the dial had, to the millisecond, while it was read.
        double[] rates = [.. Enumerable.Range(0, 1 + (int)(dial.NowUtc - before).TotalMilliseconds).Select(ms => dial.PerHourAt(before.AddMilliseconds(ms)))];
        float At(int address) => BitConverter.UInt32BitsToSingle(HighFirst(answers[1], address));

        Assert.InRange(BitConverter.UInt32BitsToSingle(HighFirst(answers[0], 0)), rates.Min() * 0.999, rates.Max() * 1.001);
        Assert.InRange(At(12) + At(14) + At(16), rates.Min() * 0.999, rates.Max() * 1.001);
        for (int phase = 0; phase < 3; phase++)
            Assert.Equal(At(18 + (2 * phase)), At(0 + (2 * phase)) * At(6 + (2 * phase)), 0.1f);
    }
}
