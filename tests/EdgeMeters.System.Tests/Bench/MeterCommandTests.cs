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
            Assert.Equal("tuf-2000m, unit 3, seed 8; any baud rate; stop with Ctrl-C", await bench.StandardOutput.ReadLineAsync());
            Assert.Matches("dial [0-9]+ L", await bench.StandardOutput.ReadLineAsync());
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

    [Theory]
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
