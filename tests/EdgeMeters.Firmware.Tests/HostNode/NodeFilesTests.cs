using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>What commissioning puts on an ESP32, made by the real program and read as the node reads it.</summary>
public sealed class NodeFilesTests : IDisposable
{
    private static readonly string Sample = Repository.PathOf("gateway", "EdgeMeters.HostNode", "node.esp32.sample.json");
    private static readonly string Profiles = Repository.PathOf("hardware", "meter-profiles");
    private static readonly string Key = string.Concat(Enumerable.Range(0, 32).Select(i => $"{i:x2}"));

    private readonly TemporaryFolder _folder = new();

    public NodeFilesTests() => _folder.Write("node-0002.hmac", Key + "\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_files_of_the_sample_are_what_a_node_takes()
    {
        string config = _folder.Write("node.json", File.ReadAllText(Sample));
        string made = _folder.Of("made");
        var (code, said) = Run("make-node-files", config, "--out", made, "--serial-port", "COM7");
        Assert.True(code == 0, said);

        byte[] line = File.ReadAllBytes(Path.Combine(made, "node.key"));
        NodeIdentity identity = NodeIdentity.Read(line, line.Length)!;
        Assert.Equal("node-0002", identity.Name);
        HmacBlockMac mac = new(identity.Name, identity.Key);
        byte[] block = File.ReadAllBytes(Path.Combine(made, "node.table"));
        Assert.Equal(BlockError.None, new BlockEnvelope(mac).Verify(block, 0, block.Length));
        NodeTable table = NodeTableCodec.Read(block, block.Length, out string fault)!;
        Assert.Equal("", fault);
        Assert.Equal((1u, (byte)4, "gateway.example", 8883, 60), (table.Version, table.Board, table.GatewayHost, table.GatewayPort, table.CheckpointSeconds));
        Assert.Equal(["SDM-21008431", "SDM-21008431", "WATER-0815"], table.Channels.Select(c => c.Layout.MeterSerial));
        ChannelTable water = table.Channels[2];
        Assert.Equal((ChannelKind.Pulse, (byte)2, ContactKind.Counter, 12345), (water.Kind, water.Input, water.Contact, water.StartPulses));

        using JsonDocument list = JsonDocument.Parse(File.ReadAllText(Path.Combine(made, "files.json")));
        Assert.Equal("COM7", list.RootElement.GetProperty("serialport").GetString());
        foreach (JsonElement file in list.RootElement.GetProperty("files").EnumerateArray())
        {
            string source = file.GetProperty("SourceFilePath").GetString()!;
            Assert.True(File.Exists(source), source);
            Assert.Equal("I:\\" + Path.GetFileName(source), file.GetProperty("DestinationFilePath").GetString());
        }
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(made, "node.key")));
    }

    [Fact]
    public void A_configuration_for_a_board_does_not_run_on_a_host_and_one_for_a_host_makes_no_files()
    {
        string forBoard = _folder.Write("board.json", File.ReadAllText(Sample));
        var (code, said) = Run("--config", forBoard);
        Assert.Equal(2, code);
        Assert.Contains("make-node-files", said, StringComparison.Ordinal);
        string forHost = _folder.Write("host.json", File.ReadAllText(Sample).Replace("\"board\": \"em-din1\",", "", StringComparison.Ordinal));
        (code, said) = Run("make-node-files", forHost, "--out", _folder.Of("none"));
        Assert.Equal(2, code);
        Assert.False(Directory.Exists(_folder.Of("none")));
    }

    [Theory]
    [InlineData("\"em-din1\"", "\"em-din9\"", "there is no board \"em-din9\": choose one of esp32-devkitc, wt32-eth01")]
    [InlineData("\"board\": \"em-din1\",", "\"board\": \"em-din1\", \"journal\": { \"file\": \"j\" },", "remove the journal section")]
    [InlineData("\"input\": 2", "\"input\": 9", "input")]
    [InlineData("\"port\": 8883", "\"port\": 8883, \"tls\": { \"ca\": \"c\", \"certificate\": \"c\", \"key\": \"k\" }", "certificates on its own drive")]
    [InlineData("\"contact\": \"counter\"", "\"contact\": \"dual-reed\"", "takes one contact")]
    [InlineData("\"name\": \"bus\"", "\"name\": \"bus\" }, { \"name\": \"b\" }, { \"name\": \"c\"", "has 3 serial lines")]
    public void What_does_not_fit_the_board_is_named(string there, string instead, string expected)
    {
        string text = File.ReadAllText(Sample);
        Assert.Contains(there, text, StringComparison.Ordinal);
        string file = _folder.Write("node.json", text.Replace(there, instead, StringComparison.Ordinal));
        var errors = Assert.Throws<ConfigurationException>(() => NodeConfigurationLoader.Load(file, Profiles)).Errors;
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
    }

    private static (int Code, string Said) Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(NodeHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + errors.Result;
        Assert.True(process.WaitForExit(60_000));
        return (process.ExitCode, said);
    }
}
