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

    private uint _number;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task A_client_that_is_not_ours_says_hello_and_gets_the_time_and_another_nodes_topic_it_does_not_get(string version)
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
        Assert.Equal((Start, _number), (time.StartNumber, time.HelloNumber));
        Assert.InRange(time.UtcMs, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

        // It ends by itself when its subscription is refused, with 0 all the same; so the gateway is asked.
        (_, output) = Ask(ports[0], version, "em/v1/node-02/down");
        Assert.DoesNotMatch("[0-9a-fA-F]{16}", output);
        using var client = new HttpClient();
        string metrics = await client.GetStringAsync($"http://127.0.0.1:{ports[1]}/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("edgemeters_ingest_refused_total{reason=\"subscription\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.True(gateway.Stop() == 0, gateway.Output);
    }

    // mosquitto_rr 2.0.11 sends nothing of a file, so the hello is its argument, which only a shell passes on as bytes.
    private (int ExitCode, string Output) Ask(int port, string version, string topic) => DebianProgram.Run("/bin/sh",
        "-c", "exec \"$@\" -m \"$(cat \"$0\")\"", Path.Combine(_folder, "hello.bin"),
        Program, "-h", "127.0.0.1", "-p", $"{port}", "-V", version, "-i", Node, "-q", "1", "-t", $"em/v1/{Node}/block", "-e", topic, "-F", "%x", "-W", "20",
        "--cafile", Path.Combine(_folder, "ca.pem"), "--cert", Path.Combine(_folder, Node + ".pem"), "--key", Path.Combine(_folder, Node + ".key"));

    /// <summary>A hello without a byte that no argument can hold, and without a last one that the shell takes away.</summary>
    private byte[] HelloOfNumber(out uint number)
    {
        byte[] buffer = new byte[128];
        for (number = 1; ; number++)
        {
            var hello = new Hello
            {
                StartNumber = Start, Number = number, LastCommand = 1, ApplicationVersion = 1, ConfigurationVersion = 1, Board = 1, ImageTransfer = Start, ImageOffset = 1,
                Station = 0x0101, Epoch = Start, OldestRow = 2, ReleasedRow = 1, OldestEvent = 2, ReleasedEvent = 1, IsResending = true,
            };
            byte[] block = buffer[..new DialogueCodec().Write(new BlockEnvelope(_mac), hello, buffer, buffer.Length)];
            if (!block.Contains((byte)0) && block[^1] != (byte)'\n')
                return block;
        }
    }

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
        File.WriteAllBytes(Path.Combine(_folder, "hello.bin"), HelloOfNumber(out _number));
    }
}
