using System.Diagnostics;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Uplink;
using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.HostNode;

/// <summary>A whole node, with a real journal file and a real gateway connection; its serial line is missing, its pins are simulated.</summary>
public sealed class NodeHostTests : IDisposable
{
    private const int DeadlineMs = 60000;

    private readonly TemporaryFolder _folder = new();
    private readonly ReceivingGateway _received = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_without_its_line_still_counts_and_after_a_restart_goes_on_from_its_journal()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.FreePort());
        RunUntil(gateway, startRegister: 123450, () => _received.Rows.Count >= 2);
        Assert.Equal((byte)EventCode.Started, _received.Events[1]);
        Assert.Contains((byte)EventCode.MeterSilent, _received.Events.Values);
        Assert.DoesNotContain((byte)EventCode.PulsesInDoubt, _received.Events.Values);
        int rows = _received.Rows.Count;
        // Another start register now: the journal knows better.
        RunUntil(gateway, startRegister: 10, () => _received.Rows.Count >= rows + 2 && _received.Events.ContainsValue((byte)EventCode.PulsesInDoubt));
        Assert.Equal(2, _received.Events.Values.Count(code => code == (byte)EventCode.Started));
        Assert.All(_received.Rows.Values, register => Assert.Equal(12345, register));
        Assert.Equal(Enumerable.Range(1, _received.Rows.Count), _received.Rows.Keys.Order().Select(sequence => (int)sequence));
    }

    [Fact]
    public async Task A_second_node_on_the_same_journal_does_not_start()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.FreePort());
        using NodeHost node = new(Configuration(gateway.Port, 0), TimeProvider.System, _ => { });
        DeviceException refused = Assert.Throws<DeviceException>(() => new NodeHost(Configuration(gateway.Port, 0), TimeProvider.System, _ => { }));
        Assert.Contains("in use by another node", refused.Message);
        Assert.False(node.Ended.IsCompleted);
    }

    private void RunUntil(TestGateway gateway, int startRegister, Func<bool> condition)
    {
        _received.ForgetLayouts();
        using NodeHost node = new(Configuration(gateway.Port, startRegister), TimeProvider.System, _ => { });
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < DeadlineMs, "not within the deadline; " + node.Status);
            Assert.False(node.Ended.IsCompleted);
            TakeAll(gateway);
            Thread.Sleep(20);
        }
        Assert.Contains("there is no serial port", node.Status.ToString());
        node.Dispose();
        Assert.True(node.Ended.IsCompletedSuccessfully);
        TakeAll(gateway);
    }

    private void TakeAll(TestGateway gateway)
    {
        while (gateway.Received.TryDequeue(out var received))
        {
            Assert.Equal(("node", "em/v1/node/block"), (received.Client, received.Topic));
            _received.Take(received.Payload);
        }
    }

    private NodeConfiguration Configuration(int port, int startRegister)
    {
        string file = _folder.Write("node.json", $$"""
            {
              "node": "node", "intervalSeconds": 1, "checkpointSeconds": 1,
              "gateway": { "host": "127.0.0.1", "port": {{port}} }, "macKey": "{{new string('0', 64)}}",
              "journal": { "file": "node.journal", "sizeKiB": 64 },
              "lines": [{ "name": "bus", "port": "no-such-port" }],
              "meters": [{ "serial": "S1", "profile": "eastron-sdm630", "line": "bus", "unit": 1 }],
              "gpio": { "driver": "simulated" },
              "pulses": [{ "serial": "W1", "profile": "pulse-water-10l", "pin": 17, "startRegister": {{startRegister}} }],
            }
            """);
        return NodeConfigurationLoader.Load(file, Repository.PathOf("hardware", "meter-profiles"));
    }
}
