using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Field;

/// <summary>"scan", "face-check", "write" and "profiles" as programs.</summary>
public sealed class CommandTests
{
    private const int PatienceMs = 60_000;

    private const int UsageWrong = 1;
    private const int NotGood = 5;
    private const int Explained = 6;
    private const int Unexplained = 7;

    private static LineServer Meter(PseudoTerminal terminal, byte unit, long wattHours) =>
        new(terminal, new ModbusDevice(new VirtualSdm630(unit, new Dial(TimeProvider.System, Unit.Wh, wattHours, perHour: 0, seed: 1))));

    [Fact]
    public void Scan_finds_the_meter_that_is_there_and_says_how_to_read_it()
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 7, 1_000_000);
        (int exitCode, string[] lines, string errors) = FieldTool.Run(
            "scan", "--port", terminal.Path, "--baud", "9600", "--parity", "none", "--units", "5-8", "--json");
        Assert.True(exitCode == 0, errors);
        JsonElement found = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal(["protocol", "address", "options", "baud", "parity", "stopBits", "says"], found.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("modbus", "7", 9600, "none"),
            (found.GetProperty("protocol").GetString(), found.GetProperty("address").GetString(), found.GetProperty("baud").GetInt32(), found.GetProperty("parity").GetString()));
        Assert.Matches("^[0-9]+ questions at [0-9]+ setting.*: up to [0-9]+ s", errors);

        string options = found.GetProperty("options").GetString()!;
        (exitCode, lines, errors) = FieldTool.Run(["read", "--port", terminal.Path, .. options.Split(' ')]);
        Assert.True(exitCode == 0 || lines.Single().Contains("refused: exception"), errors);
    }

    [Fact]
    public void Scan_goes_through_all_settings_of_a_port()
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 2, 1_000_000);
        (int exitCode, string[] lines, string errors) = FieldTool.Run(
            "scan", "--port", terminal.Path, "--protocol", "modbus", "--units", "2", "--timeout", "1000");
        // A pseudo-terminal carries every byte at every setting, so the meter is there at each.
        Assert.True(exitCode == 0, errors);
        Assert.Equal(7, lines.Length);
        Assert.DoesNotContain("was not tried", errors);
    }

    [Fact]
    public void Scan_of_a_dead_line_finds_nothing_and_says_what_to_try()
    {
        using PseudoTerminal terminal = new();
        (int exitCode, string[] lines, string errors) = FieldTool.Run(
            "scan", "--port", terminal.Path, "--baud", "9600", "--parity", "none", "--protocol", "modbus", "--units", "1-2", "--timeout", "20");
        Assert.Equal(NotGood, exitCode);
        Assert.Empty(lines);
        Assert.Contains("found 0 meters", errors);
        Assert.Contains("swap A and B", errors);
    }

    [Fact]
    public void Ctrl_C_ends_a_scan_with_what_was_found()
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 1, 1_000_000);
        using Process tool = FieldTool.Start("scan", "--port", terminal.Path, "--full");
        Assert.StartsWith("9600 8N1  modbus  1  answers", tool.StandardOutput.ReadLine());
        Process.Start("kill", ["-INT", tool.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
        Assert.True(tool.WaitForExit(PatienceMs), "the scan does not end");
        string errors = tool.StandardError.ReadToEnd();
        Assert.Contains("stopped after", errors);
        Assert.Contains("found 1 meter\n", errors);
        Assert.Contains("--unit 1", errors);
        Assert.Equal(0, tool.ExitCode);
    }

    [Theory]
    [InlineData("--units: '0-3'", "--units", "0-3")]
    [InlineData("--units: '9-3'", "--units", "9-3")]
    [InlineData("opposites", "--quick", "--full")]
    [InlineData("M-Bus is always even parity", "--protocol", "mbus", "--parity", "none")]
    public void A_scan_of_nothing_is_refused(string named, params string[] arguments)
    {
        (int exitCode, _, string errors) = FieldTool.Run(["scan", "--port", "/dev/null", .. arguments]);
        Assert.Equal(UsageWrong, exitCode);
        Assert.Contains(named, errors);
    }

    [Theory]
    [InlineData("3210.98 kWh", 0, "equal")]
    [InlineData("32.1098 MWh", Explained, "a factor of 10:")]
    [InlineData("16054.90 kWh", Explained, "a multiplier of 5:")]
    [InlineData("0.00 kWh", Unexplained, "different")]
    [InlineData("7777.77 kWh", Unexplained, "no factor, order, type, neighbour or transformer ratio")]
    [InlineData("3 m3", UsageWrong, "no register in litre")]
    [InlineData("3210,98 kWh", UsageWrong, "with a point and the unit")]
    public void Face_check_compares_what_is_given_with_what_the_meter_says(string display, int exitCode, string said)
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 1, 3_210_980);
        (int ended, string[] lines, string errors) = FieldTool.Run(
            "face-check", "--port", terminal.Path, "--profile", "eastron-sdm630", "--display", display, "--age", "0");
        Assert.Contains(said, string.Join('\n', lines) + errors);
        Assert.Equal(exitCode, ended);
    }

    [Fact]
    public void Face_check_asks_for_the_display_again_until_it_is_one()
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 1, 3_210_980);
        (int exitCode, string[] lines, string errors) = FieldTool.RunWithInput(
            "3210.98\n3210.98 kWh\n", "face-check", "--port", terminal.Path, "--profile", "eastron-sdm630");
        Assert.True(exitCode == 0, errors);
        Assert.Contains(lines, line => line.StartsWith("the unit is missing", StringComparison.Ordinal));
        Assert.StartsWith("equal, within", lines[^1]);
    }

    [Fact]
    public void Face_check_without_a_profile_or_a_display_is_refused()
    {
        (int exitCode, _, string errors) = FieldTool.Run("face-check", "--port", "/dev/null");
        Assert.Equal(UsageWrong, exitCode);
        Assert.Contains("--profile is needed", errors);

        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 1, 1_000_000);
        (exitCode, _, errors) = FieldTool.RunWithInput("", "face-check", "--port", terminal.Path, "--profile", "eastron-sdm630");
        Assert.Equal(UsageWrong, exitCode);
        Assert.Contains("no display was typed", errors);
    }

    [Fact]
    public void Write_is_closed_until_it_is_opened_with_an_exact_repetition()
    {
        using PymodbusServer server = PymodbusServer.OnSerial();
        string[] write = ["write", "--port", server.Port, "--unit", "1", "--function", "16", "--address", "20", "--set", "0x40A0", "7"];
        string[] read = ["--port", server.Port, "--protocol", "modbus", "--address", "20", "--quantity", "2"];
        const string phrase = "unit 1, function 16, address 20: 16544 7";
        string[] Registers() => [.. FieldTool.Read(read).Rows.Select(r => r.GetProperty("value").GetRawText())];

        (int exitCode, string[] lines, _) = FieldTool.Run(write);
        Assert.Equal(NotGood, exitCode);
        Assert.Contains(lines, line => line.Contains($"--open \"{phrase}\""));
        (exitCode, _, string errors) = FieldTool.Run([.. write, "--open", phrase.Replace('7', '8')]);
        Assert.Equal(UsageWrong, exitCode);
        Assert.Contains("nothing was written", errors);
        Assert.Equal(["0", "0"], Registers());

        (exitCode, lines, errors) = FieldTool.Run([.. write, "--open", phrase]);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(["16544", "7"], Registers());
        Assert.Equal(["before", "before", "written", "after", "after"], lines.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void Every_function_writes_what_was_said()
    {
        using PymodbusServer server = PymodbusServer.OnModbusTcp();
        void Write(string function, string address, string set, string phrase)
        {
            (int exitCode, string[] lines, string errors) = FieldTool.Run(
                ["write", "--port", server.Port, "--unit", "1", "--function", function, "--address", address, "--set", .. set.Split(' '), "--open", phrase]);
            Assert.True(exitCode == 0, string.Join('\n', lines) + errors);
        }

        Write("5", "3", "on", "unit 1, function 5, address 3: on");
        Write("6", "21", "65535", "unit 1, function 6, address 21: 65535");
        Write("15", "4", "on off on on off off off on on", "unit 1, function 15, address 4: on off on on off off off on on");
    }

    [Fact]
    public void A_write_that_is_refused_or_not_answered_is_told_and_not_repeated()
    {
        using PymodbusServer server = PymodbusServer.OnSerial();
        (int exitCode, string[] lines, _) = FieldTool.Run(
            "write", "--port", server.Port, "--unit", "1", "--function", "6", "--address", "900", "--set", "1", "--open", "unit 1, function 6, address 900: 1");
        Assert.Equal(NotGood, exitCode);
        Assert.Contains(lines, line => line.StartsWith("written   refused: exception 2", StringComparison.Ordinal));

        using PseudoTerminal silent = new();
        (exitCode, lines, string errors) = FieldTool.Run(
            "write", "--port", silent.Path, "--unit", "1", "--function", "6", "--address", "9", "--set", "1", "--open", "unit 1, function 6, address 9: 1",
            "--timeout", "50");
        Assert.Equal(NotGood, exitCode);
        Assert.Contains("nothing was written: the meter does not answer", errors);
        Assert.DoesNotContain(lines, line => line.StartsWith("written", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("what a meter has counted is never written", "--function", "16", "--address", "73", "--set", "1", "--profile", "eastron-sdm630")]
    [InlineData("5 sets a coil", "--function", "7", "--address", "1", "--set", "1")]
    [InlineData("sets one coil or register", "--function", "6", "--address", "1", "--set", "1", "2")]
    [InlineData("'65536' is no register", "--function", "6", "--address", "1", "--set", "65536")]
    [InlineData("write on or off", "--function", "5", "--address", "1", "--set", "1")]
    public void A_write_that_must_not_be_is_refused_before_the_port_is_opened(string named, params string[] arguments)
    {
        (int exitCode, _, string errors) = FieldTool.Run(["write", "--port", "/dev/null", "--unit", "1", .. arguments]);
        Assert.Equal(UsageWrong, exitCode);
        Assert.Contains(named, errors);
    }

    [Fact]
    public void Every_command_on_the_technicians_page_says_what_the_page_says()
    {
        using PseudoTerminal terminal = new();
        using LineServer server = Meter(terminal, 1, 2_015_114);
        string[] page = File.ReadAllLines(PageFile());
        int commands = 0;
        for (int at = 0; at < page.Length; at++)
        {
            if (!page[at].StartsWith("$ field ", StringComparison.Ordinal))
                continue;
            commands++;
            string[] arguments = [.. Regex.Matches(page[at]["$ field ".Length..], "\"([^\"]*)\"|(\\S+)").Select(m => m.Value.Trim('"'))];
            (_, string[] lines, string errors) = FieldTool.Run([.. arguments.Select(a => a == PagePort ? terminal.Path : a)]);
            string[] said = [.. lines.Concat(errors.Split('\n')).Select(line => Shape(line.Replace(terminal.Path, PagePort)))];
            for (at++; page[at] != "```"; at++)
                Assert.Contains(Shape(page[at]), said);
        }
        Assert.Equal(5, commands);

        // The dial goes on, so numbers differ; everything else must not.
        static string Shape(string line) => Regex.Replace(line.Trim(), @"\b[0-9A-F]+(\.[0-9]+)?\b( \b[0-9A-F]{2}\b)*", "#");
    }

    private const string PagePort = "/tmp/sdm630";

    private static string PageFile()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, "EdgeMeters.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "firmware", "EdgeMeters.Field", "README.md");
    }

    [Fact]
    public void Profiles_are_listed_by_carrier_and_shown_with_their_caveats()
    {
        (int exitCode, string[] lines, _) = FieldTool.Run("profiles", "list", "--carrier", "electricity", "--protocol", "modbus");
        Assert.Equal(0, exitCode);
        Assert.Contains(lines, line => line.StartsWith("eastron-sdm630 ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(" water "));

        (exitCode, lines, _) = FieldTool.Run("profiles", "show", "eastron-sdm630");
        Assert.Equal(0, exitCode);
        Assert.Contains(lines, line => line.Contains("function 4, address 72, f32 abcd"));
        Assert.Contains("look after:", lines);
    }

    [Fact]
    public void A_profile_of_ones_own_is_checked_with_every_error_by_its_key()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string file = Path.Combine(folder, "mine.json");
        try
        {
            string sound = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "meter-profiles", "eastron-sdm630.json"))
                .Replace("\"eastron-sdm630\"", "\"mine\"");
            File.WriteAllText(file, sound);
            (int exitCode, string[] lines, string errors) = FieldTool.Run("profiles", "check", file);
            Assert.True(exitCode == 0, errors);
            Assert.Contains("nothing wrong", lines.Single());

            File.WriteAllText(file, sound.Replace("\"baud\": 9600", "\"baud\": 17").Replace("\"function\": 4", "\"function\": 9"));
            (exitCode, _, errors) = FieldTool.Run("profiles", "check", file);
            Assert.Equal(2, exitCode);
            Assert.Contains("mine.json", errors);
            Assert.Contains("bus.baud: must be", errors);
            Assert.Contains("registers[0].function: must be", errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
