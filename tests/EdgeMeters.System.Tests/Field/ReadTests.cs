using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Field;

/// <summary>"read" as a program, against pymodbus and against the virtual meters.</summary>
public sealed class ReadTests
{
    private const int PatienceMs = 30_000;

    private static string Value(JsonElement row) => row.GetProperty("value").GetRawText();

    private static string? Text(JsonElement row, string key) => row.GetProperty(key).GetString();

    /// <summary>The same reads must give the same rows over every kind of line.</summary>
    private static void AssertReadsPymodbus(PymodbusServer server)
    {
        (int exitCode, JsonElement[] rows, string errors) = FieldTool.Read(
            "--port", server.Port, "--protocol", "modbus", "--unit", "17", "--function", "3", "--address", "124", "--quantity", "2");
        Assert.True(exitCode == 0, errors);
        Assert.Equal(["141", "142"], rows.Select(Value));
        Assert.Equal(["00 8D", "00 8E"], rows.Select(r => Text(r, "raw")));
        Assert.All(rows, r => Assert.Equal(("measured", null), (Text(r, "quality"), Text(r, "error"))));

        (exitCode, rows, _) = FieldTool.Read(
            "--port", server.Port, "--protocol", "modbus", "--function", "3", "--address", "124", "--quantity", "2", "--type", "u32", "--order", "cdab");
        Assert.Equal((0, "9306253", "00 8D 00 8E"), (exitCode, Value(Assert.Single(rows)), Text(rows[0], "raw")));

        (exitCode, rows, _) = FieldTool.Read("--port", server.Port, "--unit", "1", "--profile", "eastron-sdm630");
        Assert.Equal((0, "12345678", "46 40 E6 B6", "Wh"), (exitCode, Value(rows[0]), Text(rows[0], "raw"), Text(rows[0], "unit")));

        (exitCode, rows, _) = FieldTool.Read("--port", server.Port, "--protocol", "modbus", "--address", "298", "--quantity", "3");
        Assert.Equal(5, exitCode);
        Assert.Equal(("missing", "null"), (Text(Assert.Single(rows), "quality"), Value(rows[0])));
        Assert.StartsWith("refused: exception 2", Text(rows[0], "error"));
    }

    [Fact]
    public void Pymodbus_is_read_over_a_serial_line()
    {
        using PymodbusServer server = PymodbusServer.OnSerial();
        AssertReadsPymodbus(server);
    }

    [Fact]
    public void Pymodbus_is_read_over_Modbus_TCP()
    {
        using PymodbusServer server = PymodbusServer.OnModbusTcp();
        AssertReadsPymodbus(server);
    }

    [Fact]
    public void Pymodbus_is_read_with_RTU_frames_over_TCP()
    {
        using PymodbusServer server = PymodbusServer.OnRtuOverTcp();
        AssertReadsPymodbus(server);
    }

    [Fact]
    public void Every_function_and_every_kind_of_content_is_shown()
    {
        using PymodbusServer server = PymodbusServer.OnRtuOverTcp();
        string[] Shown(params string[] arguments)
        {
            (int exitCode, JsonElement[] rows, string errors) = FieldTool.Read(["--port", server.Port, "--protocol", "modbus", .. arguments]);
            Assert.True(exitCode == 0, errors);
            return [.. rows.Select(Value)];
        }

        Assert.Equal(["1", "1", "0"], Shown("--function", "1", "--address", "0", "--quantity", "3"));
        Assert.Equal(["1", "0", "1"], Shown("--function", "2", "--address", "0", "--quantity", "3"));
        Assert.Equal(["12345.678"], Shown("--function", "4", "--address", "72", "--type", "f32"));
        Assert.Equal(["\"SN-4711\""], Shown("--function", "3", "--address", "90", "--quantity", "4", "--type", "text"));
        Assert.Equal(["\"0000 0000 1000 1101\""], Shown("--function", "3", "--address", "124", "--type", "bits"));
        Assert.Equal(["\"1000 1101 0000 0000\""], Shown("--function", "3", "--address", "124", "--type", "bits", "--order", "badc"));

        (int exitCode, JsonElement[] rows, _) = FieldTool.Read(
            "--port", server.Port, "--protocol", "modbus", "--function", "4", "--address", "80", "--type", "f32");
        Assert.Equal(5, exitCode);
        Assert.Equal(("7F C0 00 00", "null", "missing"), (Text(rows[0], "raw"), Value(rows[0]), Text(rows[0], "quality")));
        Assert.StartsWith("not a number", Text(rows[0], "error"));
    }

    [Fact]
    public void A_virtual_meter_is_read_by_its_profile_as_often_as_is_asked()
    {
        using PseudoTerminal terminal = new();
        Dial dial = new(TimeProvider.System, Unit.Wh, 7_654_321, perHour: 0, seed: 1);
        using LineServer server = new(terminal, new ModbusDevice(new VirtualSdm630(3, dial)));
        (int exitCode, string[] lines, string errors) = FieldTool.Run(
            "read", "--port", terminal.Path, "--unit", "3", "--profile", "eastron-sdm630", "--count", "3", "--interval", "0");
        Assert.True(exitCode == 0, errors);
        Assert.Equal(6, lines.Length);
        Assert.Equal(3, lines.Count(line => line.StartsWith("1-0:1.8.0 ", StringComparison.Ordinal) && line.Contains(" 7654321 Wh  measured")));
    }

    [Fact]
    public void Nobody_there_is_a_missing_reading_with_advice()
    {
        using PseudoTerminal terminal = new();
        (int exitCode, JsonElement[] rows, string errors) = FieldTool.Read(
            "--port", terminal.Path, "--unit", "9", "--profile", "eastron-sdm630", "--timeout", "50");
        Assert.Equal(5, exitCode);
        Assert.All(rows, row => Assert.Equal(("missing", "timeout: no answer"), (Text(row, "quality"), Text(row, "error"))));
        Assert.Contains("swap A and B", errors);
        Assert.Contains("termination", errors);
    }

    [Theory]
    [InlineData(1, "--baud: a number from 300 to 115200", "--port", "/dev/null", "--protocol", "modbus", "--address", "1", "--baud", "17")]
    [InlineData(1, "which kind of meter?", "--port", "/dev/null", "--address", "1")]
    [InlineData(1, "say the first register", "--port", "/dev/null", "--protocol", "modbus")]
    [InlineData(1, "a Modbus address is a number from 1 to 247", "--port", "/dev/null", "--protocol", "modbus", "--address", "1", "--unit", "248")]
    [InlineData(1, "no address of DL/T 645", "--port", "/dev/null", "--protocol", "dlt645", "--address", "12345678901234")]
    [InlineData(1, "no identifier", "--port", "/dev/null", "--protocol", "dlt645", "--di", "0001")]
    [InlineData(1, "a multiple of 4", "--port", "/dev/null", "--protocol", "modbus", "--address", "1", "--type", "u64", "--quantity", "3")]
    [InlineData(1, "there is no profile 'eastron-sdm63'", "--port", "/dev/null", "--profile", "eastron-sdm63")]
    [InlineData(1, "is a pulse meter", "--port", "/dev/null", "--profile", "pulse-gas-10l")]
    [InlineData(1, "or rtu+tcp://host:port", "--port", "udp://host:1", "--protocol", "modbus", "--address", "1")]
    [InlineData(3, "there is no serial port", "--port", "/dev/ttyUSB-none", "--protocol", "modbus", "--address", "1")]
    [InlineData(3, "not a serial port", "--port", "/dev/null", "--protocol", "modbus", "--address", "1")]
    public void Mistakes_end_it_with_a_named_error(int exitCode, string named, params string[] arguments)
    {
        (int ended, string[] lines, string errors) = FieldTool.Run(["read", .. arguments]);
        Assert.Contains(named, errors);
        Assert.Equal(exitCode, ended);
        Assert.DoesNotContain(lines, line => line.Contains("measured"));
    }

    [Fact]
    public void Another_protocol_than_Modbus_does_not_go_over_Modbus_TCP()
    {
        using PymodbusServer server = PymodbusServer.OnModbusTcp();
        (int exitCode, _, string errors) = FieldTool.Run("read", "--port", server.Port, "--protocol", "mbus", "--address", "1");
        Assert.Equal(1, exitCode);
        Assert.Contains("rtu+tcp://", errors);
    }

    [Fact]
    public void Ctrl_C_ends_it_between_two_readings()
    {
        using PseudoTerminal terminal = new();
        Dial dial = new(TimeProvider.System, Unit.Wh, 1_000_000, perHour: 0, seed: 1);
        using LineServer server = new(terminal, new ModbusDevice(new VirtualSdm630(1, dial)));
        using Process tool = FieldTool.Start("read", "--port", terminal.Path, "--profile", "eastron-sdm630", "--count", "1000", "--interval", "60");
        Assert.Contains("measured", tool.StandardOutput.ReadLine());
        Process.Start("kill", ["-INT", tool.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
        Assert.True(tool.WaitForExit(PatienceMs), "the tool does not end");
        Assert.Equal(0, tool.ExitCode);
    }
}
