using System.Text.Json;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.SystemTests.Forward;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>The path as it is installed: a meter on a pseudo-terminal, a node and the gateway as processes over mutual TLS, mosquitto as the utility.</summary>
public sealed class RunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgemeters-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_meter_on_a_serial_port_reaches_the_utilitys_mosquitto_over_mutual_TLS()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        using var terminal = new PseudoTerminal();
        var dial = new Dial(TimeProvider.System, Unit.Wh, 3_217_450, 20_000, seed: 7);
        dial.Freeze();
        using var meter = new LineServer(terminal, new ModbusDevice(new VirtualSdm630(1, dial)));
        WriteConfigurations(terminal.Path, Ports.Free(2), broker.Port);
        using var gateway = new Service("dotnet", Programs.Gateway, "run", "--config", Path.Combine(_folder, "gateway.json"));
        using var node = new Service("dotnet", Programs.HostNode, "--config", Path.Combine(_folder, "node.json"));

        Deadline.Until(() => subscriber.Messages.Count > 0, $"a message at mosquitto_sub; gateway:\n{gateway.Output}\nnode:\n{node.Output}");
        var message = subscriber.Messages[0];
        Assert.Equal("BJ-0001-P", message.Point);
        Assert.Equal("22001234", message.Meter);
        Assert.Equal(dial.Now, message.Value);
        Assert.Equal("Wh", message.Unit);

        Assert.True(node.Stop() == 0, "node:\n" + node.Output);
        Assert.True(gateway.Stop() == 0, "gateway:\n" + gateway.Output);
        string export = Export();
        Assert.StartsWith("point,register,end_utc,register_value,consumption,unit,quality", export, StringComparison.Ordinal);
        Assert.Contains("BJ-0001-P,1-0:1.8.0,", export, StringComparison.Ordinal);
        Assert.Contains(",3217450,", export, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gateway_whose_disk_is_lost_gets_everything_again_and_the_utility_is_told_nothing_else_than_before()
    {
        using var broker = new Mosquitto("allow_anonymous true");
        broker.Start();
        using var subscriber = new Subscriber(broker);
        using var terminal = new PseudoTerminal();
        var dial = new Dial(TimeProvider.System, Unit.Wh, 3_217_450, 20_000, seed: 9);
        using var meter = new LineServer(terminal, new ModbusDevice(new VirtualSdm630(1, dial)));
        WriteConfigurations(terminal.Path, Ports.Free(2), broker.Port);
        string config = Path.Combine(_folder, "gateway.json");
        using var node = new Service("dotnet", Programs.HostNode, "--config", Path.Combine(_folder, "node.json"));
        int told;
        using (var lost = new Service("dotnet", Programs.Gateway, "run", "--config", config))
        {
            Deadline.Until(() => Told(subscriber).Count >= 8, $"the first readings at mosquitto_sub; gateway:\n{lost.Output}\nnode:\n{node.Output}");
            lost.Kill();
            told = Told(subscriber).Count;
        }
        int messages = subscriber.Lines.Count;
        Directory.Delete(Path.Combine(_folder, "data"), recursive: true);

        using var blank = new Service("dotnet", Programs.Gateway, "run", "--config", config);
        Deadline.Until(() => Told(subscriber, messages).Count >= told + 3 && Told(subscriber, messages).Keys.First() == 1,
            $"all of the readings from the blank gateway; it said:\n{blank.Output}\nnode:\n{node.Output}");
        Assert.True(node.Stop() == 0, "node:\n" + node.Output);
        Deadline.Until(() => Told(subscriber, messages).Count == Told(subscriber).Count, "the last readings");
        Assert.True(blank.Stop() == 0, "gateway:\n" + blank.Output);

        // No key ever said two things; what counts of each reading is without a hole, and adds up.
        Assert.All(subscriber.Messages.Zip(subscriber.Lines).GroupBy(told => told.First.Key), same => Assert.Single(same.Select(told => told.Second).Distinct()));
        var all = Told(subscriber);
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (uint)i), all.Keys);
        // A busy machine may have kept the meter from answering in time: such a reading says so, and the next one carries its consumption.
        var read = all.Values.Where(message => message.Value != null).ToList();
        Assert.Equal(read[^1].Value - read[0].Value, read.Skip(1).Sum(message => message.Consumption));
        Assert.Contains("is told to send them again", blank.Output, StringComparison.Ordinal);
    }

    // By sequence, of each reading what counts.
    private static SortedDictionary<uint, IntervalMessage> Told(Subscriber subscriber, int from = 0) =>
        new(subscriber.Messages.Skip(from).GroupBy(message => message.Id.Sequence).ToDictionary(same => same.Key, same => same.MaxBy(message => message.Revision)!));

    [Fact]
    public void A_node_with_a_certificate_of_another_authority_is_kept_out_and_keeps_its_readings()
    {
        int[] ports = Ports.Free(2);
        using var terminal = new PseudoTerminal();
        var dial = new Dial(TimeProvider.System, Unit.Wh, 1_000_000, 20_000, seed: 8);
        using var meter = new LineServer(terminal, new ModbusDevice(new VirtualSdm630(1, dial)));
        WriteConfigurations(terminal.Path, ports, 1);
        using (var other = new TestAuthority("Another authority"))
            other.WriteClient(Path.Combine(_folder, "node-01"), "node-01");
        using var gateway = new Service("dotnet", Programs.Gateway, "run", "--config", Path.Combine(_folder, "gateway.json"));
        using var node = new Service("dotnet", Programs.HostNode, "--config", Path.Combine(_folder, "node.json"));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}/") };

        Deadline.Until(() => Metric(client, "edgemeters_ingest_refused_total{reason=\"certificate\"}") > 0, "the refusal to be counted; gateway:\n" + gateway.Output);
        Assert.Equal(0, Metric(client, "edgemeters_readings"));
    }

    private static double Metric(HttpClient client, string name)
    {
        try
        {
            string text = client.GetStringAsync("metrics").GetAwaiter().GetResult();
            string? line = text.Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal));
            return line == null ? 0 : double.Parse(line[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private void WriteConfigurations(string port, int[] ports, int brokerPort)
    {
        using (var authority = new TestAuthority("Test authority"))
        {
            authority.WriteAuthority(Path.Combine(_folder, "ca.pem"));
            authority.WriteServer(Path.Combine(_folder, "gateway"));
            authority.WriteClient(Path.Combine(_folder, "node-01"), "node-01");
        }
        File.WriteAllText(Path.Combine(_folder, "node-01.mac"), new string('7', 64));
        Write("gateway.json", new
        {
            dataFolder = "data",
            mqtt = new { address = "127.0.0.1", port = ports[0], tls = new { ca = "ca.pem", certificate = "gateway.pem", key = "gateway.key" } },
            web = new { address = "127.0.0.1", port = ports[1] },
            nodes = new[] { new { name = "node-01", macKeyFile = "node-01.mac" } },
            points = new[] { new { id = "BJ-0001-P", name = "Test street 1", carrier = "power", meter = "22001234", register = "1-0:1.8.0" } },
            forwarders = new object[] { new { name = "utility", type = "mqtt-json", host = "127.0.0.1", port = brokerPort } },
        });
        Write("node.json", new
        {
            node = "node-01",
            intervalSeconds = 1,
            clock = "trusted",
            gateway = new { host = "127.0.0.1", port = ports[0], tls = new { ca = "ca.pem", certificate = "node-01.pem", key = "node-01.key" } },
            macKeyFile = "node-01.mac",
            journal = new { file = "node-01.journal", sizeKiB = 256 },
            lines = new[] { new { name = "rs485-1", port, baud = 9600, timeoutMs = 300, lateAnswerMsMax = 600 } },
            meters = new[] { new { serial = "22001234", profile = VirtualSdm630.Profile, line = "rs485-1", unit = 1 } },
        });
    }

    private void Write(string name, object content) => File.WriteAllText(Path.Combine(_folder, name), JsonSerializer.Serialize(content));

    private string Export()
    {
        var (exit, text) = DebianProgram.Run("dotnet", Programs.Gateway, "export", "--config", Path.Combine(_folder, "gateway.json"),
            "--from", "2020-01-01T00:00+08:00", "--to", "2100-01-01T00:00+08:00", "--point", "BJ-0001-P");
        Assert.True(exit == 0, text);
        return text;
    }
}
