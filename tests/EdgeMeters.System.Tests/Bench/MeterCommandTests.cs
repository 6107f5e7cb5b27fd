using System.Diagnostics;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>The bench as a program of its own.</summary>
public class MeterCommandTests
{
    private const int PatienceMs = 30_000;

    private static Process Start(params string[] arguments)
    {
        string bench = Path.Combine(AppContext.BaseDirectory, "EdgeMeters.Bench.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [bench, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    [Fact]
    public async Task Meter_runs_until_it_is_interrupted_and_takes_its_link_away()
    {
        string link = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Process bench = Start("meter", "--profile", "tuf-2000m", "--unit", "3", "--seed", "8", "--link", link);
        try
        {
            Assert.Equal($"port {link}", await bench.StandardOutput.ReadLineAsync());
            Assert.Equal("tuf-2000m, modbus 3, seed 8; any baud rate; stop with Ctrl-C", await bench.StandardOutput.ReadLineAsync());
            Assert.Matches("dial [0-9]+ L register [0-9]+ ", await bench.StandardOutput.ReadLineAsync());
            Assert.StartsWith("/dev/pts/", new FileInfo(link).LinkTarget);

            using Process interrupt = Process.Start("kill", ["-INT", bench.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            Assert.True(bench.WaitForExit(PatienceMs), "the bench does not end");
            Assert.StartsWith("stopped: dial ", (await bench.StandardOutput.ReadToEndAsync()).Split('\n')[^2]);
            Assert.Null(new FileInfo(link).LinkTarget);
        }
        finally
        {
            if (!bench.HasExited)
                bench.Kill();
        }
    }

    [Fact]
    public async Task Bus_runs_the_meters_of_its_file_and_of_its_options_and_prints_their_faults()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, """
            { "pace": "9600/8N1", "faults": "noise=0.1:1-4", "meters": [ { "profile": "eastron-sdm630", "address": "7", "faults": "late=0.1:0-500", "turnaroundMs": 20 } ] }
            """);
        using Process bench = Start("bus", "--file", file, "--meter", "tuf-2000m@9", "--seed", "3");
        try
        {
            Assert.StartsWith("port /dev/pts/", await bench.StandardOutput.ReadLineAsync());
            Assert.Equal("eastron-sdm630, modbus 7, seed 3; faults late=0.1:0-500; paced as 9600 8N1; stop with Ctrl-C", await bench.StandardOutput.ReadLineAsync());
            Assert.Equal("tuf-2000m, modbus 9, seed 4; paced as 9600 8N1; stop with Ctrl-C", await bench.StandardOutput.ReadLineAsync());
            Assert.Equal("line: noise=0.1:1-4", await bench.StandardOutput.ReadLineAsync());
        }
        finally
        {
            bench.Kill();
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("names no faults", "meter", "--profile", "tuf-2000m", "--faults", "rust=0.1")]
    [InlineData("there is no profile 'nope'", "bus", "--meter", "nope@1")]
    [InlineData("1 to 247 meters", "bus")]
    [InlineData("'nope' not recognized", "meter", "--profile", "nope")]
    [InlineData("a number from 1 to 247", "meter", "--profile", "tuf-2000m", "--unit", "248")]
    [InlineData("/no/such/directory", "meter", "--profile", "tuf-2000m", "--link", "/no/such/directory/port")]
    public async Task Mistakes_end_it_with_a_named_error(string named, params string[] arguments)
    {
        using Process bench = Start(arguments);
        string errors = await bench.StandardError.ReadToEndAsync();
        Assert.True(bench.WaitForExit(PatienceMs), "the bench does not end");
        Assert.NotEqual(0, bench.ExitCode);
        Assert.Contains(named, errors);
    }
}
