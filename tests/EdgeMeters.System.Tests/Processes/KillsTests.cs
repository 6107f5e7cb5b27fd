using EdgeMeters.Simulation.Processes;

namespace EdgeMeters.SystemTests.Processes;

/// <summary>The short forms of what the simulation's --kills and --restart do at length.</summary>
public sealed class KillsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_with_a_receipt_is_missing_after_kills_stops_cuts_a_full_disk_and_a_broker_killed()
    {
        Assert.SkipUnless(HeadEndBroker.Missing == null, $"{HeadEndBroker.Missing} is not installed");
        int seed = Random.Shared.Next(1, 1_000_000);
        var (line, errors) = (new StringWriter(), new StringWriter());
        int exit = await KillsRun.RunAsync(4, seed, line, errors);
        output.WriteLine($"{line}\n{errors}");
        Assert.Equal(0, exit);
        Assert.Matches("^kills: gateway killed 4, .*; log: missing 0, altered 0, invented 0, faults 0; head-end: missing 0, altered 0, invented 0, repeated [0-9]+; seed [0-9]+$", line.ToString().Trim());
    }

    [Fact]
    public async Task The_gateway_serves_again_with_readings_stored_also_after_kill_9()
    {
        var (line, errors) = (new StringWriter(), new StringWriter());
        int exit = await RestartRun.RunAsync(100_000, 1, line, errors);
        output.WriteLine($"{line}\n{errors}");
        // How long it takes is for the long form to say: here the machine may be busy with other tests.
        Assert.InRange(exit, 0, 1);
        Assert.Matches("^restart: 104000 readings stored in 3250 blocks, .*serving after [0-9.]+ s, after kill -9 [0-9.]+ s", line.ToString().Trim());
    }
}
