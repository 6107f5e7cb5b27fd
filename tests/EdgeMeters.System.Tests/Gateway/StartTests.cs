using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>A gateway that cannot start says what and what to do, in one message, and ends with code 2.</summary>
public sealed class StartTests : IDisposable
{
    private const int ExitNotStarted = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("edgemeters-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData(0, "mqtt:port")]
    [InlineData(1, "web:port")]
    public void A_port_in_use_is_named_with_the_key_to_change(int which, string key)
    {
        int[] ports = Ports.Free(2);
        using var other = new TcpListener(IPAddress.Loopback, ports[which]);
        other.Start();
        AssertRefuses(Start(ports), $"{ports[which]}", key);
    }

    [Fact]
    public void A_data_folder_that_is_a_file_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "data"), "");
        AssertRefuses(Start(Ports.Free(2)), Path.Combine(_folder, "data"), "data folder");
    }

    [Fact]
    public void A_data_folder_on_a_read_only_file_system_is_named()
    {
        // The kernel's own read-only file system: there is one on every Linux.
        AssertRefuses(Start(Ports.Free(2), "/proc/edgemeters"), "/proc/edgemeters", "data folder");
    }

    [Fact]
    public void A_damaged_log_is_left_as_it_is_and_named_with_the_remedy()
    {
        string log = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName, "log.db");
        byte[] noise = new byte[8192];
        new Random(3).NextBytes(noise);
        File.WriteAllBytes(log, noise);
        AssertRefuses(Start(Ports.Free(2)), log, "is damaged", "backup");
        Assert.Equal(noise, File.ReadAllBytes(log));
    }

    [Fact]
    public void A_second_gateway_on_the_same_folder_is_refused()
    {
        int[] ports = Ports.Free(2);
        using var first = Start(ports);
        Deadline.Until(() => first.Output.Contains("dashboard http", StringComparison.Ordinal), "the first gateway to start; it said:\n" + first.Output);
        AssertRefuses(Start(Ports.Free(2)), "another gateway");
        Assert.Equal(0, first.Stop());
    }

    [Fact]
    public void A_stop_that_comes_while_it_starts_is_a_clean_end()
    {
        // The log is made in the middle of the start. Which moment is hit is the machine's: each must end alike.
        for (int time = 0; time < 4; time++)
        {
            string data = "data-" + time;
            using var gateway = Start(Ports.Free(2), data);
            Deadline.Until(() => File.Exists(Path.Combine(_folder, data, "log.db")), "the log to be made; it said:\n" + gateway.Output);
            Assert.Equal(0, gateway.Stop());
            Assert.Contains("gateway: stopped", gateway.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_error_of_a_configuration_is_told_at_once_with_its_key()
    {
        string config = Path.Combine(_folder, "gateway.json");
        File.WriteAllText(config, """{ "dataFolder": "data", "mqtt": { "port": 99999 }, "wbe": {}, "points": [ { "id": "a b", "carrier": "steam" } ] }""");
        AssertRefuses(new Service("dotnet", Programs.Gateway, "run", "--config", config), "mqtt:port", "mqtt:tls:ca", "wbe", "points:0:id", "points:0:carrier", "points:0:meter");
    }

    [Fact]
    public void Run_without_certificates_is_refused()
    {
        string config = WriteConfiguration(Ports.Free(2), "data");
        AssertRefuses(new Service("dotnet", Programs.Gateway, "run", "--config", config), "mqtt:tls:ca", "mqtt:tls:certificate", "mqtt:tls:key");
    }

    private Service Start(int[] ports, string dataFolder = "data") =>
        new("dotnet", Programs.Gateway, "demo-gateway", "--config", WriteConfiguration(ports, dataFolder));

    private string WriteConfiguration(int[] ports, string dataFolder)
    {
        string config = Path.Combine(_folder, $"gateway-{ports[0]}.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            dataFolder,
            mqtt = new { address = "127.0.0.1", port = ports[0] },
            web = new { address = "127.0.0.1", port = ports[1] },
        }));
        return config;
    }

    private static void AssertRefuses(Service gateway, params string[] words)
    {
        using (gateway)
        {
            int exit = gateway.WaitForExit();
            string said = gateway.Output;
            Assert.Contains("gateway: cannot start:", said, StringComparison.Ordinal);
            Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
            Assert.DoesNotContain("   at EdgeMeters", said, StringComparison.Ordinal);
            Assert.Equal(ExitNotStarted, exit);
        }
    }
}
