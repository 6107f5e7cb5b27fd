using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Configuration;

namespace EdgeMeters.Firmware.Tests.HostNode;

public sealed class NodeConfigurationTests : IDisposable
{
    private static readonly string Profiles = Repository.PathOf("hardware", "meter-profiles");
    private static readonly string Key = new('a', 64);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_is_right_once_its_key_is_there()
    {
        string file = _folder.Write("node.json", File.ReadAllText(Repository.PathOf("gateway", "EdgeMeters.HostNode", "node.sample.json")));
        Assert.Contains("macKeyFile", Assert.Single(Errors(file)));
        _folder.Write("node-0001.hmac", Key + "\n");
        NodeConfiguration node = NodeConfigurationLoader.Load(file, Profiles);
        Assert.Equal(("node-0001", 900, 60, 1024), (node.Node, node.IntervalSeconds, node.CheckpointSeconds, node.BlockBytesMax));
        Assert.Equal(_folder.Of("node-0001.journal"), node.JournalFile);
        Assert.Equal(["1-0:1.8.0", "1-0:2.8.0"], node.Layout().Select(c => c.Register));
        LineConfiguration line = Assert.Single(node.Lines);
        Assert.Equal(("/dev/ttyUSB0", 9600, "8N1", 500, 2000), (line.Port, line.Baud, line.Framing, line.TimeoutMs, line.LateAnswerMsMax));
    }

    [Fact]
    public void Channels_are_meters_in_order_with_their_registers_and_then_pulses()
    {
        NodeConfiguration node = NodeConfigurationLoader.Load(_folder.Write("node.json", Document("""
            "lines": [{ "name": "a", "port": "tty", "parity": "even", "stopBits": 2 }],
            "meters": [
              { "serial": "T1", "profile": "tuf-2000m", "line": "a", "unit": 9 },
              { "serial": "S1", "profile": "eastron-sdm630", "line": "a", "unit": 1 },
            ],
            "gpio": { "driver": "simulated", "wire": "wire.sock" },
            "pulses": [{ "serial": "W1", "profile": "pulse-water-10l", "pin": 17, "startRegister": 123450 }],
            """)), Profiles);
        Assert.Equal(["T1 8-0:1.0.0", "S1 1-0:1.8.0", "S1 1-0:2.8.0", "W1 8-0:1.0.0"], node.Layout().Select(c => $"{c.MeterSerial} {c.Register}"));
        Assert.Equal([1000, 1, 1, 10], node.Layout().Select(c => c.Numerator));
        Assert.Equal(12345, node.Pulses[0].StartPulses);
        Assert.Equal((_folder.Of("wire.sock"), "8E2"), (node.GpioWire, node.Lines[0].Framing));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_by_its_path()
    {
        string file = _folder.Write("node.json", """
            {
              "node": "node 1", "intervalSeconds": 0, "checkpointSeconds": "often", "blockBytesMax": 100, "gatewy": 1,
              "gateway": { "host": "192.0.2.1", "port": 0 },
              "macKey": "abc",
              "journal": { "file": "j", "sizeKiB": 13 },
              "lines": [{ "name": "a", "port": "p", "timeoutMs": 900, "lateAnswerMsMax": 100 }, { "name": "a", "port": "p" }],
              "meters": [{ "serial": "", "profile": "none", "line": "a", "unit": 248 }, { "serial": "P", "profile": "pulse-water-10l", "line": "a", "unit": 2 }],
              "gpio": { "wire": "w" },
              "pulses": [{ "serial": "W 1", "profile": "pulse-water-10l", "pin": 1, "startRegister": 15 }, { "serial": "E", "profile": "eastron-sdm630", "pin": 1 }],
            }
            """);
        string[] expected =
        [
            "node:", "intervalSeconds:", "checkpointSeconds:", "blockBytesMax:", "gateway.port:", "gateway.tls:", "macKey:", "journal.sizeKiB:",
            "meters[0].serial:", "meters[0].profile:", "meters[0].unit:", "meters[1].profile:", "lines[0].lateAnswerMsMax:", "gpio.wire:",
            "pulses[0].serial:", "pulses[0].startRegister:", "pulses[1].profile:", "gatewy:", "lines: \"a\"", "lines: port",
        ];
        IReadOnlyList<string> errors = Errors(file);
        Assert.All(expected, path => Assert.Contains(errors, e => e.StartsWith(path, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, errors.Count);
    }

    [Theory]
    [InlineData("""{ "serial": "A", "profile": "eastron-sdm630", "line": "b", "unit": 1 }""", "is on line \"b\"")]
    [InlineData("""{ "serial": "A", "profile": "eastron-sdm630", "line": "a", "unit": 1 }, { "serial": "B", "profile": "eastron-sdm630", "line": "a", "unit": 1 }""", "meters A and B have the same address")]
    [InlineData("""{ "serial": "A", "profile": "eastron-sdm630", "line": "a", "unit": 1 }, { "serial": "A", "profile": "eastron-sdm630", "line": "a", "unit": 2 }""", "is there twice")]
    [InlineData("", "neither a meter nor a pulse")]
    public void References_that_do_not_hold_are_named(string meters, string expected)
    {
        string file = _folder.Write("node.json", Document($$"""
            "lines": [{ "name": "a", "port": "tty" }],
            "meters": [{{meters}}],
            """));
        Assert.Contains(Errors(file), e => e.Contains(expected));
    }

    [Fact]
    public void A_line_may_be_behind_a_network_and_over_Modbus_TCP_goes_Modbus_only()
    {
        string Lines(string port, string meter) => _folder.Write("node.json", Document($$"""
            "lines": [{ "name": "a", "port": "{{port}}", "baud": 2400, "parity": "even" }],
            "meters": [{ "serial": "A", "line": "a", {{meter}} }],
            """));
        const string modbus = "\"profile\": \"eastron-sdm630\", \"unit\": 1";
        const string power = "\"profile\": \"dlt645-2007-single-phase\", \"address\": \"000000000161\"";
        Assert.Equal("tcp://192.0.2.7:502", NodeConfigurationLoader.Load(Lines("tcp://192.0.2.7", modbus), Profiles).Lines[0].Port);
        Assert.Equal("rtu+tcp://meter:4196", NodeConfigurationLoader.Load(Lines("rtu+tcp://meter:4196", power), Profiles).Lines[0].Port);
        Assert.Contains("speaks no Modbus", Assert.Single(Errors(Lines("tcp://192.0.2.7", power))));
        Assert.Contains("lines[0].port: 'udp://meter:1' is no port", Assert.Single(Errors(Lines("udp://meter:1", modbus))));
    }

    [Fact]
    public void A_key_twice_or_no_json_is_named()
    {
        Assert.Contains("is not JSON", Assert.Single(Errors(_folder.Write("a.json", """{ "node": "a", "node": "b" }"""))));
        Assert.Contains("is not JSON", Assert.Single(Errors(_folder.Write("b.json", "{"))));
        Assert.Contains("cannot be read", Assert.Single(Errors(_folder.Of("none.json"))));
    }

    private static IReadOnlyList<string> Errors(string file)
    {
        return Assert.Throws<ConfigurationException>(() => NodeConfigurationLoader.Load(file, Profiles)).Errors;
    }

    private static string Document(string rest) => $$"""
        // a comment
        { "node": "n", "intervalSeconds": 60, "gateway": { "host": "localhost", "port": 1883 }, "macKey": "{{Key}}",
          "journal": { "file": "j" },
          {{rest}}
        }
        """;
}
