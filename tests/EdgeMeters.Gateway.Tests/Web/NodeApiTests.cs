using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Tests.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>Nodes and their commands over the API, and who may not give any.</summary>
public sealed class NodeApiTests : IClassFixture<NodesFixture>
{
    /// <summary>Heard, and never given a command that is taken.</summary>
    private const string Node = "a-heard";
    private const string Silent = "b-silent";
    private const string Commands = $"/api/v1/nodes/{Node}/commands";
    private const string Identify = """{"command":"identify","channel":null,"a":60,"b":0}""";

    private readonly NodesFixture _nodes;
    private readonly Queue<byte[]> _sent;

    public NodeApiTests(NodesFixture nodes)
    {
        _nodes = nodes;
        _sent = nodes.Web.Hear(Node, new Hello { StartNumber = 0xFFFF0001, Number = 1, ApplicationVersion = 3, ConfigurationVersion = 9, Board = 2 });
        _sent.Clear();
    }

    private HttpClient Client => _nodes.Web.Client;

    [Fact]
    public async Task Nodes_come_in_the_order_of_their_names_with_what_they_said()
    {
        var reply = await GetAsync("/api/v1/nodes");
        Assert.Equal(42, reply.GetProperty("total").GetInt32());
        Assert.Equal([Node, Silent, "node-01"], reply.GetProperty("nodes").EnumerateArray().Take(3).Select(n => n.GetProperty("name").GetString()));
        var node = reply.GetProperty("nodes")[0];
        Assert.True(node.GetProperty("connected").GetBoolean() && node.GetProperty("listening").GetBoolean());
        Assert.Equal(_nodes.Time.GetUtcNow(), node.GetProperty("helloUtc").GetDateTimeOffset());
        Assert.Equal((0xFFFF0001u, 3u, 9u, 2), (node.GetProperty("start").GetUInt32(), node.GetProperty("application").GetUInt32(),
            node.GetProperty("configuration").GetUInt32(), node.GetProperty("board").GetInt32()));
        Assert.Equal(0, node.GetProperty("waitingCommands").GetInt32());
        var silent = reply.GetProperty("nodes")[1];
        Assert.False(silent.GetProperty("connected").GetBoolean());
        foreach (string name in new[] { "helloUtc", "start", "application", "configuration", "board" })
            Assert.Equal(JsonValueKind.Null, silent.GetProperty(name).ValueKind);
        Assert.Equal(node.GetRawText(), (await GetAsync($"/api/v1/nodes/{Node}")).GetRawText());
    }

    [Fact]
    public async Task Nodes_page_by_page_are_all_nodes_once()
    {
        var names = new List<string?>();
        for (string? address = "/api/v1/nodes?limit=20"; address is not null && names.Count < 100;)
        {
            var reply = await GetAsync(address);
            names.AddRange(reply.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("name").GetString()));
            address = reply.GetProperty("next").GetString();
        }
        Assert.Equal(_nodes.Web.Dialogues.Nodes().Select(n => n.Name), names);
        Assert.Equal(42, names.Count);
    }

    [Fact]
    public async Task A_command_is_taken_sent_and_followed_to_its_end()
    {
        var (node, sent) = _nodes.Take(0xFFFF0002);
        string commands = $"/api/v1/nodes/{node}/commands";
        using var answer = await PostAsync(Identify, commands);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(commands, answer.Headers.Location?.OriginalString);
        var given = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        uint number = given.GetProperty("number").GetUInt32();
        Assert.Equal((0xFFFF0002u, "identify", "waiting", true), (given.GetProperty("start").GetUInt32(), given.GetProperty("command").GetString(),
            given.GetProperty("state").GetString(), given.GetProperty("sent").GetBoolean()));
        Assert.Equal(_nodes.Time.GetUtcNow().AddSeconds(600), given.GetProperty("expiresUtc").GetDateTimeOffset());
        var command = new Command();
        byte[] block = Assert.Single(sent);
        Assert.Equal(BlockError.None, new DialogueCodec().TryRead(block, block.Length, command));
        Assert.Equal((0xFFFF0002u, number, EventBlock.WholeNode, 60L), (command.StartNumber, command.Number, command.Channel, command.A));

        Tell(node, number, CommandCode.Identify, CommandOutcome.Done);
        using var second = await PostAsync("""{"command":"align-register","channel":0,"a":500,"b":400,"expiresSeconds":30}""", commands);
        uint aligned = JsonDocument.Parse(await second.Content.ReadAsStringAsync()).RootElement.GetProperty("number").GetUInt32();
        Tell(node, aligned, CommandCode.AlignRegister, CommandOutcome.RegisterMoved);
        using var third = await PostAsync("""{"command":"read-now","expiresSeconds":30}""", commands);
        _nodes.Time.Advance(TimeSpan.FromSeconds(31));
        using var fourth = await PostAsync("""{"command":"reboot"}""", commands);
        _nodes.Web.Hear(node, new Hello { StartNumber = 5, Number = 1 });

        var all = await GetAsync(commands);
        Assert.Equal(
            [("reboot", "restarted", null), ("read-now", "expired", null), ("align-register", "done", "register-moved"), ("identify", "done", "done")],
            all.EnumerateArray().Select(c => (c.GetProperty("command").GetString(), c.GetProperty("state").GetString(), c.GetProperty("outcome").GetString())));
        Assert.Equal(0, all[2].GetProperty("channel").GetInt32());
        Assert.Equal(JsonValueKind.Null, all[1].GetProperty("channel").ValueKind);
    }

    [Theory]
    [InlineData("", "bad-body", 400)]
    [InlineData("null", "bad-body", 400)]
    [InlineData("[]", "bad-body", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":60,", "bad-body", 400)]
    [InlineData("{\"command\":\"identify\",\"seconds\":60}", "bad-body", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":\"60\"}", "bad-body", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":6.5}", "bad-body", 400)]
    [InlineData("{\"command\":\"read-now\",\"a\":99999999999999999999}", "bad-body", 400)]
    [InlineData("{}", "bad-command", 400)]
    [InlineData("{\"command\":\"Identify\",\"a\":60}", "bad-command", 400)]
    [InlineData("{\"command\":\"code-0\"}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\"}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":0}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":3601}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":60,\"b\":1}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":60,\"channel\":0}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":60,\"expiresSeconds\":0}", "bad-command", 400)]
    [InlineData("{\"command\":\"identify\",\"a\":60,\"expiresSeconds\":86401}", "bad-command", 400)]
    [InlineData("{\"command\":\"read-now\",\"channel\":32}", "bad-command", 400)]
    [InlineData("{\"command\":\"read-now\",\"channel\":-1}", "bad-command", 400)]
    [InlineData("{\"command\":\"read-now\",\"a\":1}", "bad-command", 400)]
    [InlineData("{\"command\":\"resend\",\"a\":0}", "bad-command", 400)]
    [InlineData("{\"command\":\"resend\",\"a\":4294967296}", "bad-command", 400)]
    [InlineData("{\"command\":\"set-clock\",\"a\":1700000000000}", "bad-command", 400)]
    [InlineData("{\"command\":\"set-clock\",\"a\":4102444800001}", "bad-command", 400)]
    [InlineData("{\"command\":\"align-register\",\"a\":5,\"b\":5}", "bad-command", 400)]
    [InlineData("{\"command\":\"align-register\",\"channel\":1,\"a\":5}", "bad-command", 400)]
    [InlineData("{\"command\":\"align-register\",\"channel\":1,\"a\":-5,\"b\":1}", "bad-command", 400)]
    [InlineData("{\"command\":\"reboot\",\"a\":1}", "bad-command", 400)]
    public async Task What_is_no_command_is_refused_by_name_and_not_sent(string body, string name, int status)
    {
        using var answer = await PostAsync(body);
        await RefusalTests.AssertRefusedAsync(answer, name, status);
        Assert.Empty(_sent);
        Assert.Empty(_nodes.Web.Dialogues.Orders(Node)!);
    }

    [Theory]
    [InlineData("read-now", "\"channel\":31")]
    [InlineData("resend", "\"a\":4294967295")]
    [InlineData("set-clock", "\"a\":1772323200000")]
    [InlineData("align-register", "\"channel\":0,\"a\":0,\"b\":0")]
    [InlineData("identify", "\"a\":3600")]
    [InlineData("reboot", "\"expiresSeconds\":86400")]
    [InlineData("self-test", "\"channel\":null,\"a\":0,\"b\":0")]
    public async Task Every_command_has_arguments_under_which_it_is_taken(string command, string arguments)
    {
        var (node, _) = _nodes.Take(1);
        using var answer = await PostAsync($$"""{"command":"{{command}}",{{arguments}}}""", $"/api/v1/nodes/{node}/commands");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.True(CommandWords.TryParse(command, out var code));
        Assert.Equal(code, Assert.Single(_nodes.Web.Dialogues.Orders(node)!).Code);
    }

    [Fact]
    public async Task A_body_beyond_its_bound_is_refused()
    {
        using var answer = await PostAsync(new string(' ', ApiLimits.BodyBytesMax) + Identify);
        await RefusalTests.AssertRefusedAsync(answer, "bad-body", 400);
    }

    [Fact]
    public async Task What_the_node_cannot_take_now_is_refused_by_name()
    {
        using (var unknown = await PostAsync(Identify, "/api/v1/nodes/node-9/commands"))
            await RefusalTests.AssertRefusedAsync(unknown, "unknown-node", 404);
        using (var silent = await PostAsync(Identify, $"/api/v1/nodes/{Silent}/commands"))
            await RefusalTests.AssertRefusedAsync(silent, "node-not-heard", 409);
        var (node, _) = _nodes.Take(1);
        for (int i = 0; i < DownlinkLimits.OrdersWaitingMax; i++)
            (await PostAsync(Identify, $"/api/v1/nodes/{node}/commands")).Dispose();
        using (var full = await PostAsync(Identify, $"/api/v1/nodes/{node}/commands"))
            await RefusalTests.AssertRefusedAsync(full, "too-many-commands", 429);
        Assert.Equal(DownlinkLimits.OrdersWaitingMax, (await GetAsync($"/api/v1/nodes/{node}")).GetProperty("waitingCommands").GetInt32());
        var (spent, _) = _nodes.Take(5, uint.MaxValue);
        using (var used = await PostAsync(Identify, $"/api/v1/nodes/{spent}/commands"))
            await RefusalTests.AssertRefusedAsync(used, "numbers-used-up", 409);
        using var query = await PostAsync(Identify, Commands + "?a=1");
        await RefusalTests.AssertRefusedAsync(query, "unknown-parameter", 400);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("application/jsonx")]
    [InlineData(null)]
    public async Task What_a_page_of_another_site_can_send_without_asking_is_refused(string? type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Identify));
        content.Headers.ContentType = type == null ? null : new MediaTypeHeaderValue(type);
        using var answer = await Client.PostAsync(Commands, content);
        await RefusalTests.AssertRefusedAsync(answer, "not-json", 415);
        Assert.Empty(_sent);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", "foreign-site")]
    [InlineData("Origin", "null", "foreign-site")]
    [InlineData("Origin", "http://127.0.0.1:1", "foreign-site")]
    [InlineData("Sec-Fetch-Site", "cross-site", "foreign-site")]
    [InlineData("Sec-Fetch-Site", "same-site", "foreign-site")]
    [InlineData("Host", "evil.example", "foreign-site")]
    [InlineData("Host", "localhost.evil.example", "foreign-site")]
    [InlineData("Host", "10.0.0.1:8080", "foreign-site")]
    [InlineData("Forwarded", "for=203.0.113.5", "not-local")]
    [InlineData("Via", "1.1 proxy", "not-local")]
    [InlineData("X-Forwarded-For", "127.0.0.1", "not-local")]
    [InlineData("X-Forwarded-Host", "127.0.0.1", "not-local")]
    [InlineData("X-Forwarded-Proto", "https", "not-local")]
    [InlineData("X-Real-IP", "127.0.0.1", "not-local")]
    public async Task Who_is_not_at_this_machine_or_is_a_page_of_another_site_gives_no_command(string header, string value, string name)
    {
        using var answer = await PostAsync(Identify, Commands, (header, value));
        await RefusalTests.AssertRefusedAsync(answer, name, 403);
        Assert.Empty(_sent);
        Assert.Empty(_nodes.Web.Dialogues.Orders(Node)!);
    }

    [Fact]
    public async Task The_gateways_own_page_and_a_program_on_this_machine_may()
    {
        string commands = $"/api/v1/nodes/{_nodes.Take(1).Name}/commands";
        string own = Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using (var page = await PostAsync(Identify, commands, ("Origin", own), ("Sec-Fetch-Site", "same-origin")))
            Assert.Equal(HttpStatusCode.Accepted, page.StatusCode);
        using (var named = await PostAsync(Identify, commands, ("Host", $"localhost:{Client.BaseAddress.Port}"), ("Origin", $"http://localhost:{Client.BaseAddress.Port}")))
            Assert.Equal(HttpStatusCode.Accepted, named.StatusCode);
        using var six = await PostAsync(Identify, commands, ("Host", "[::1]:8080"));
        Assert.Equal(HttpStatusCode.Accepted, six.StatusCode);
    }

    [Theory]
    [InlineData("203.0.113.5", false)]
    [InlineData("192.168.1.20", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData(null, false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:10.0.0.1", false)]
    public void Only_a_connection_over_loopback_is_local(string? remote, bool isLocal)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Connection.RemoteIpAddress = remote == null ? null : IPAddress.Parse(remote);
        context.Request.Scheme = "http";
        context.Request.Host = new Microsoft.AspNetCore.Http.HostString("127.0.0.1", 8080);
        Assert.Equal(isLocal, LocalOnly.IsLocal(context));
        Assert.Equal(isLocal, LocalOnly.Refuse(context) == null);
    }

    private void Tell(string node, uint number, CommandCode code, CommandOutcome outcome)
    {
        uint sequence = 0;
        _nodes.Web.Dialogues.Tell(DialogueUnderTest.EventsOf(node, ref sequence, (EventCode.CommandDone, number, 256 * (long)code + (long)outcome)));
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string address = Commands, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Client.SendAsync(request);
    }

    private async Task<JsonElement> GetAsync(string address) => JsonDocument.Parse(await Client.GetStringAsync(address)).RootElement;
}
