using EdgeMeters.Simulation.World;

namespace EdgeMeters.SystemTests.Simulation;

/// <summary>Whole worlds of nodes, network, gateway, disk and head-end with all faults: twenty of full size, and more by "--seeds".</summary>
/// <remarks>The same twenty each time, so that what turns them red is a change and not the draw. EDGEMETERS_SEED begins them elsewhere.</remarks>
public sealed class WorldTests(ITestOutputHelper output)
{
    private const int Worlds = 20;

    [Fact]
    public void Twenty_worlds_of_thirty_days_lose_double_and_alter_nothing_and_every_gap_is_flagged()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("EDGEMETERS_SEED"), out int given) ? given : 1;
        var (line, errors) = (new StringWriter(), new StringWriter());
        int exit = WorldRun.Run(new WorldOptions(Nodes: 50, Meters: 400, Days: 30), seed, Worlds, Environment.ProcessorCount, line, TextWriter.Synchronized(errors));
        output.WriteLine($"{errors}{line}");
        Assert.Equal(0, exit);
        Assert.Matches("^simulation: seeds 20, readings [0-9]{6,}, lost 0, doubled 0, altered 0, unflagged gaps 0, wrong sums 0, broken 0, events [0-9]{4,}", line.ToString());
    }

    [Fact]
    public void A_world_happens_again_by_its_seed()
    {
        Assert.Equal(Story(7), Story(7));
        Assert.NotEqual(Story(7), Story(8));
    }

    private static string Story(int seed)
    {
        using var world = new World(new WorldOptions(Nodes: 5, Meters: 20, Days: 3), seed);
        world.Run();
        var taken = world.HeadEnd.Taken.OrderBy(t => t.Key.ToString(), StringComparer.Ordinal).Select(t => $"{t.Value.Key} {t.Value.Interval.Register} {t.Value.Interval.Quality}");
        return $"{world.Site.Kills} {world.HeadEnd.Repeats} {string.Join('\n', taken)}";
    }
}
