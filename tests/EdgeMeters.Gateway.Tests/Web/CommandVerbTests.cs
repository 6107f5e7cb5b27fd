using System.Text.Json;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Tests.Downlink;
using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>The verb command against a gateway's real web side.</summary>
public sealed class CommandVerbTests : IClassFixture<NodesFixture>
{
    private readonly NodesFixture _nodes;
    private readonly string _node;
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public CommandVerbTests(NodesFixture nodes)
    {
        _nodes = nodes;
        _node = nodes.Take(0xAB).Name;
    }

    [Theory]
    [InlineData(CommandOutcome.Done, 0)]
    [InlineData(CommandOutcome.BadArgument, CommandRun.ExitNotDone)]
    public async Task It_says_what_the_node_said_and_exits_by_it(CommandOutcome outcome, int exit)
    {
        var running = Run(false).RunAsync(new CommandRequest("identify", A: 60), TestContext.Current.CancellationToken);
        Tell(await OrderAsync(), outcome);
        Assert.Equal(exit, await running);
        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Contains($"identify to {_node}: number", lines[0], StringComparison.Ordinal);
        Assert.Contains("start 000000AB", lines[0], StringComparison.Ordinal);
        Assert.Equal($"command: identify to {_node}: {CommandWords.Of(outcome)}", lines[^1].TrimEnd());
        Assert.Empty(_errors.ToString());
    }

    [Fact]
    public async Task As_json_it_is_one_object_and_progress_goes_beside_it()
    {
        var running = Run(true).RunAsync(new CommandRequest("self-test"), TestContext.Current.CancellationToken);
        Tell(await OrderAsync(), CommandOutcome.Done);
        Assert.Equal(0, await running);
        var reply = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(("self-test", "done", "done"), (reply.GetProperty("command").GetString(), reply.GetProperty("state").GetString(), reply.GetProperty("outcome").GetString()));
        Assert.Contains("number", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_without_an_answer_fails_when_its_time_is_over()
    {
        var running = Run(false).RunAsync(new CommandRequest("reboot", ExpiresSeconds: 30), TestContext.Current.CancellationToken);
        await OrderAsync();
        _nodes.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(CommandRun.ExitNotDone, await running);
        Assert.Contains("no answer in time", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 0, ": done")]
    [InlineData(false, CommandRun.ExitNotDone, "the node restarted")]
    public async Task An_answer_that_comes_after_the_restart_is_waited_for_a_while(bool isTold, int exit, string said)
    {
        // Its own clock, so that the wait for a late answer passes as fast as the test wants.
        var verbTime = new FakeTimeProvider();
        var running = Run(false, verbTime).RunAsync(new CommandRequest("reboot"), TestContext.Current.CancellationToken);
        var order = await OrderAsync();
        _nodes.Web.Hear(_node, new Hello { StartNumber = 0xAC, Number = 1 });
        if (isTold)
            Tell(order, CommandOutcome.Done);
        await Deadline.UntilAsync(() =>
        {
            verbTime.Advance(TimeSpan.FromMilliseconds(500));
            return running.IsCompleted;
        }, "the verb to end");
        Assert.Equal(exit, await running);
        Assert.Contains(said, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_waits_it_says_what_for()
    {
        var verbTime = new FakeTimeProvider();
        var running = Run(false, verbTime).RunAsync(new CommandRequest("identify", A: 1), TestContext.Current.CancellationToken);
        var order = await OrderAsync();
        await Deadline.UntilAsync(() =>
        {
            verbTime.Advance(TimeSpan.FromMilliseconds(500));
            return Said().Contains("sent, no answer yet", StringComparison.Ordinal);
        }, "progress");
        Tell(order, CommandOutcome.Done);
        await Deadline.UntilAsync(() =>
        {
            verbTime.Advance(TimeSpan.FromMilliseconds(500));
            return running.IsCompleted;
        }, "the end");
        Assert.Equal(0, await running);
    }

    [Theory]
    [InlineData("a-heard", 0, "bad-command", "Mend what the detail names")]
    [InlineData("b-silent", 60, "node-not-heard", "Wait until the node is connected")]
    [InlineData("../x", 60, "unknown-node", "add the node")]
    public async Task A_refusal_is_told_with_its_remedy(string node, long seconds, string name, string remedy)
    {
        Assert.Equal(GatewayHost.ExitNotStarted, await Run(true, node: node).RunAsync(new CommandRequest("identify", A: seconds), TestContext.Current.CancellationToken));
        Assert.Contains(remedy, _errors.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(name, JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_named_with_a_remedy()
    {
        using var nobody = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Ingest.IngestUnderTest.FreePort()}") };
        var run = new CommandRun(nobody, _node, false, TimeProvider.System, _output, _errors);
        Assert.Equal(GatewayHost.ExitNotStarted, await run.RunAsync(new CommandRequest("reboot"), TestContext.Current.CancellationToken));
        Assert.Contains(nobody.BaseAddress.ToString(), _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("web:port", _errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("identify --seconds 30", CommandCode.Identify, null, 30L, 0L)]
    [InlineData("identify", CommandCode.Identify, null, 60L, 0L)]
    [InlineData("read-now --channel 4", CommandCode.ReadNow, 4, 0L, 0L)]
    [InlineData("read-now", CommandCode.ReadNow, null, 0L, 0L)]
    [InlineData("resend --from 77", CommandCode.Resend, null, 77L, 0L)]
    [InlineData("set-clock --time 2026-03-01T08:00:00+08:00", CommandCode.SetClock, null, 1772323200000L, 0L)]
    [InlineData("align-register --channel 1 --dial 900 --register 850", CommandCode.AlignRegister, 1, 900L, 850L)]
    [InlineData("reboot", CommandCode.Reboot, null, 0L, 0L)]
    [InlineData("self-test", CommandCode.SelfTest, null, 0L, 0L)]
    public async Task Every_word_of_the_command_line_is_the_command_it_says(string words, CommandCode code, int? channel, long a, long b)
    {
        string line = $"command --gateway {_nodes.Web.Address} --node {_node} --expires 2m {words}";
        var running = CommandLine.Build().Parse(line).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        var order = await OrderAsync();
        Tell(order, CommandOutcome.Done);
        Assert.Equal(0, await running);
        Assert.Equal((code, channel ?? EventBlock.WholeNode, a, b), (order.Code, order.Channel, order.A, order.B));
        Assert.Equal(TimeSpan.FromMinutes(2), order.ExpiresUtc - order.GivenUtc);
    }

    [Theory]
    [InlineData("command identify")]
    [InlineData("command --node n --gateway nowhere identify")]
    [InlineData("command --node n --gateway ftp://127.0.0.1 identify")]
    [InlineData("command --node n --expires soon identify")]
    [InlineData("command --node n align-register --channel 1")]
    [InlineData("command --node n")]
    public void A_command_line_that_is_wrong_is_refused_before_anything_is_sent(string line) => Assert.NotEmpty(CommandLine.Build().Parse(line).Errors);

    private CommandRun Run(bool json, TimeProvider? time = null, string? node = null) =>
        new(_nodes.Web.Client, node ?? _node, json, time ?? TimeProvider.System, TextWriter.Synchronized(_output), TextWriter.Synchronized(_errors));

    private string Said()
    {
        try
        {
            return _output.ToString();
        }
        catch (ArgumentException)
        {
            // The writer grows while it is read; the next look sees it whole.
            return "";
        }
    }

    private async Task<Order> OrderAsync()
    {
        await Deadline.UntilAsync(() => _nodes.Web.Dialogues.Orders(_node)!.Count == 1, "the command to reach the gateway");
        return _nodes.Web.Dialogues.Orders(_node)!.Single();
    }

    private void Tell(Order order, CommandOutcome outcome)
    {
        uint sequence = 0;
        _nodes.Web.Dialogues.Tell(DialogueUnderTest.EventsOf(_node, ref sequence, (EventCode.CommandDone, order.Number, 256 * (long)order.Code + (long)outcome)));
    }
}
