using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>The verb command as a technician types it, against the demo's gateway and nodes in their own processes.</summary>
public sealed partial class CommandTests
{
    [Fact]
    public async Task A_command_from_the_command_line_reaches_a_node_is_carried_out_once_and_is_among_its_events()
    {
        using var demo = new DemoProcess("--port", "0");
        Deadline.Until(() => DashboardLine().IsMatch(demo.Output), "the demo to start; so far it said:\n" + demo.Output);
        string address = DashboardLine().Match(demo.Output).Groups[1].Value;
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        Deadline.Until(() => HasSaidHello(client), "the node's hello");

        var (exit, output) = Command(address, "identify", "--seconds", "7", "--json");
        Assert.True(exit == 0, output + "\ndemo:\n" + demo.Output);
        var reply = JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;
        long number = reply.GetProperty("number").GetInt64();
        Assert.Equal(("done", "done"), (reply.GetProperty("state").GetString(), reply.GetProperty("outcome").GetString()));

        (exit, output) = Command(address, "set-clock");
        Assert.Equal(1, exit);
        Assert.Contains("clock-not-settable", output, StringComparison.Ordinal);

        var events = JsonDocument.Parse(await client.GetStringAsync("api/v1/events?limit=1000", TestContext.Current.CancellationToken)).RootElement.EnumerateArray()
            .Where(told => told.GetProperty("code").GetString() == "command-done").ToList();
        Assert.Equal([number], events.Where(told => told.GetProperty("b").GetInt64() == 256 * 5).Select(told => told.GetProperty("a").GetInt64()));
        Assert.All(events, told => Assert.Equal("node-school", told.GetProperty("node").GetString()));
        Assert.Equal(0, await demo.InterruptAsync(TimeSpan.FromMinutes(2)));
        Assert.EndsWith("lost 0, doubled 0, dials agree", demo.LastLine, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Command(string address, params string[] words) =>
        DebianProgram.Run("dotnet", [Programs.Gateway, "command", "--gateway", address, "--node", "node-school", .. words]);

    private static bool HasSaidHello(HttpClient client)
    {
        var node = JsonDocument.Parse(client.GetStringAsync("api/v1/nodes/node-school").GetAwaiter().GetResult()).RootElement;
        return node.GetProperty("helloUtc").ValueKind == JsonValueKind.String && node.GetProperty("listening").GetBoolean();
    }

    [GeneratedRegex("dashboard: (http://[^ ]+)")]
    private static partial Regex DashboardLine();
}
