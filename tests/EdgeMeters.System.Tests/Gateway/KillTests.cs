using System.Text.RegularExpressions;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>The whole path in real processes, killed under way, counted at the ends against the dials.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task The_demo_loses_and_doubles_nothing_while_the_gateway_is_killed_three_times_and_a_node_once()
    {
        int seed = Random.Shared.Next(1, 1_000_000);
        output.WriteLine($"seed {seed}; replay: dotnet run --project gateway/EdgeMeters.Gateway -- demo --for 60s --seed {seed}");
        using var demo = new DemoProcess("--for", "60s", "--port", "0", "--seed", $"{seed}");
        Deadline.Until(() => demo.Stored > 0, "the first readings; so far it said:\n" + demo.Output);
        for (int kill = 0; kill < 3; kill++)
        {
            int stored = demo.Stored;
            demo.KillAndAwaitRestart("gateway");
            if (kill == 1)
                demo.KillAndAwaitRestart("node-market");
            // The next kill hits a gateway that has taken readings again.
            Deadline.Until(() => demo.Stored > stored, $"readings after kill {kill + 1}; so far it said:\n{demo.Output}");
        }
        int exit = await demo.WaitForExitAsync(Longest);
        output.WriteLine(demo.Output);
        Assert.Matches(new Regex("^demo: readings [0-9]+, stored [0-9]+, forwarded [0-9]+, lost 0, doubled 0, dials agree$"), demo.LastLine);
        Assert.Equal(0, exit);
        Assert.Equal(3, Regex.Count(demo.Output, "gateway ended with code 137"));
        Assert.Single(Regex.Matches(demo.Output, "node-market ended with code 137"));
    }

    [Fact]
    public async Task The_demo_ends_by_itself_with_every_reading_counted()
    {
        using var demo = new DemoProcess("--for", "20s", "--port", "0");
        int exit = await demo.WaitForExitAsync(Longest);
        output.WriteLine(demo.Output);
        var match = Regex.Match(demo.LastLine, "^demo: readings ([0-9]+), stored ([0-9]+), forwarded ([0-9]+), lost 0, doubled 0, dials agree$");
        Assert.True(match.Success, demo.Output);
        Assert.Equal(match.Groups[1].Value, match.Groups[2].Value);
        Assert.Equal(match.Groups[1].Value, match.Groups[3].Value);
        Assert.True(int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= 16, "at least one interval of every register");
        Assert.Equal(0, exit);
    }
}
