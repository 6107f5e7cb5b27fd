using EdgeMeters.Simulation.Histories;

namespace EdgeMeters.SystemTests.Simulation;

/// <summary>Load profiles of random histories of registers: right or flagged, in whatever order the readings came; a million by "--histories".</summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    [Fact]
    public void No_interval_of_twenty_thousand_histories_is_silently_wrong()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EDGEMETERS_SEED"), out int given) ? given : 1;
        var (line, errors) = (new StringWriter(), new StringWriter());
        int exit = HistoryRun.Run(20_000, seed, Environment.ProcessorCount, line, TextWriter.Synchronized(errors));
        output.WriteLine($"{errors}{line}");
        Assert.Equal(0, exit);
        Assert.Matches("^histories: 20000, intervals [0-9]{7,}, estimated [0-9]{4,}, unstated and flagged [0-9]{3,}, silently wrong 0", line.ToString());
    }
}
