using System.Text.Json;
using EdgeMeters.HostNode;
using EdgeMeters.SystemTests.Forward;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>Debian's mosquitto_rr as a node over mutual TLS: subscribes, publishes a hello, prints the first answer.</summary>
public sealed class HelloTests : IDisposable
{
    private const string Program = "/usr/bin/mosquitto_rr";
    private const string Node = "node-01";
    private const uint Start = 0xC0FFEE01;

    private readonly string _folder = Directory.CreateTempSubdirectory("edgemeters-hello-").FullName;
    private readonly HmacBlockMac _mac = new(Node, [.. Enumerable.Repeat((byte)0x77, HmacBlockMac.KeyBytes)]);

    public void Dispose()
    {
        _mac.Dispose();
        Directory.Delete(_folder, true);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public void A_client_that_is_not_ours_says_hello_and_gets_the_time_and_another_nodes_topic_it_does_not_get(string version)
    {
        DebianProgram.RequireInstalled(Program, "mosquitto-clients");
        int[] ports = Ports.Free(2);
        WriteFiles(ports);
        using var gateway = new Service("dotnet", Programs.Gateway, "run", "--config", Path.Combine(_folder, "gateway.json"));
        Deadline.Until(() => gateway.Output.Contains("dashboard http", StringComparison.Ordinal), "the gateway to start:\n" + gateway.Output);

        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (exit, output) = Ask(ports[0], version, $"em/v1/{Node}/down");
        Assert.True(exit == 0, $"{output}\ngateway:\n{gateway.Output}");
        byte[] block = Convert.FromHexString(output.Trim());
        Assert.Equal(BlockError.None, new BlockEnvelope(_mac).Verify(block, 0, block.Length));
        var time = new TimeAnswer();
        Assert.Equal(BlockError.None, new DialogueCodec().TryRead(block, block.Length, time));
        Assert.Equal((Start, 41u), (time.StartNumber, time.HelloNumber));
        Assert.InRange(time.UtcMs, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

        (exit, output) = Ask(ports[0], version, "em/v1/node-02/down");
        Assert.NotEqual(0, exit);
        Assert.Contains("denied", output, StringComparison.OrdinalIgnoreCase);
        Assert.True(gateway.Stop() == 0, gateway.Output);
    }

    private (int ExitCode, string Output) Ask(int port, string version, string topic) => DebianProgram.Run(Program,
        "-h", "127.0.0.1", "-p", $"{port}", "-V", version, "-i", Node, "-q", "1", "-t", $"em/v1/{Node}/block", "-e", topic,
        "-f", Path.Combine(_folder, "hello.bin"), "-F", "%x", "-W", "20",
        "--cafile", Path.Combine(_folder, "ca.pem"), "--cert", Path.Combine(_folder, Node + ".pem"), "--key", Path.Combine(_folder, Node + ".key"));

    private void WriteFiles(int[] ports)
    {
        using (var authority = new TestAuthority("Test authority"))
        {
            authority.WriteAuthority(Path.Combine(_folder, "ca.pem"));
            authority.WriteServer(Path.Combine(_folder, "gateway"));
            authority.WriteClient(Path.Combine(_folder, Node), Node);
        }
        File.WriteAllText(Path.Combine(_folder, "node.mac"), new string('7', 64));
        File.WriteAllText(Path.Combine(_folder, "gateway.json"), JsonSerializer.Serialize(new
        {
            dataFolder = "data",
            clock = "trusted",
            mqtt = new { address = "127.0.0.1", port = ports[0], tls = new { ca = "ca.pem", certificate = "gateway.pem", key = "gateway.key" } },
            web = new { address = "127.0.0.1", port = ports[1] },
            nodes = new[] { new { name = Node, macKeyFile = "node.mac" }, new { name = "node-02", macKeyFile = "node.mac" } },
        }));
        byte[] hello = new byte[64];
        int count = new DialogueCodec().Write(new BlockEnvelope(_mac), new Hello { StartNumber = Start, Number = 41, ApplicationVersion = 1 }, hello, hello.Length);
        File.WriteAllBytes(Path.Combine(_folder, "hello.bin"), hello[..count]);
    }
}
