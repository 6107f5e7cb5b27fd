using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace EdgeMeters.Gateway.Demo;

/// <summary>The verb demo: a virtual street, four node processes, a gateway process and a head-end; at the end all are counted against the dials.</summary>
/// <param name="duration">How long; null until Ctrl-C.</param>
/// <param name="folder">Where to keep readings and journals; null for a temporary folder.</param>
/// <param name="webPort">Port of the dashboard, or the next free one.</param>
/// <param name="seed">Seed of the street.</param>
internal sealed class DemoRun(TimeSpan? duration, string? folder, int webPort, int seed)
{
    /// <summary>At the end the dials stand still while the last readings come in; this much of the time given is kept for it.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettleTimeMax = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time = TimeProvider.System;

    /// <returns>0 when nothing was lost or doubled and the dials agree.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        string place = folder == null ? Directory.CreateTempSubdirectory("edgemeters-demo-").FullName : Path.GetFullPath(folder);
        try
        {
            if (folder != null)
                PrepareFolder(place);
            return await RunInAsync(place, cancel);
        }
        catch (Exception e) when (e is StartException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("demo: " + e.Message);
            return GatewayHost.ExitNotStarted;
        }
        finally
        {
            if (folder == null)
                Directory.Delete(place, true);
        }
    }

    // A street's dials begin anew with every run, so what is in the folder must be of this run alone.
    private static void PrepareFolder(string place)
    {
        if (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
            throw new StartException($"{place} is not empty. Name a new folder: the demo's dials begin anew with every run.");
        Directory.CreateDirectory(place);
    }

    private async Task<int> RunInAsync(string place, CancellationToken cancel)
    {
        long began = _time.GetTimestamp();
        int[] ports = FreePorts();
        await using var headEnd = new HeadEnd(ports[1]);
        await headEnd.StartAsync();
        using var street = new VirtualStreet(place, _time, ports[0], seed);
        string config = WriteGatewayConfiguration(place, street, ports);
        Say($"a virtual street in {place}: {street.Nodes.Count} nodes, 12 meters, {street.Meters.Count} registers, seed {seed}");
        Say($"intervals are {VirtualStreet.IntervalSeconds} s long here so that there is something to see; in the field they are 15 minutes");
        await using var gateway = new ChildProcess("gateway", Assembly("EdgeMeters.Gateway"), ["demo-gateway", "--config", config], Say);
        var nodes = street.Nodes.Select(n => new ChildProcess(n.Name, Assembly("EdgeMeters.HostNode"), ["--config", n.ConfigurationPath, "--stop-with-input"], Say)).ToList();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}/"), Timeout = TimeSpan.FromSeconds(5) };
            var status = new DemoStatus(client);
            // A pulse that comes before its node counts is nobody's.
            await WaitAsync("the gateway and the nodes to start", StartTimeMax, async () => street.IsWired && await status.AreNodesHereAsync(), cancel);
            street.Run();
            Say($"dashboard: http://127.0.0.1:{ports[2]}/  (API document /openapi/v1.json, metrics /metrics)");
            Say(duration == null ? "Ctrl-C ends the demo and counts" : $"ends after {duration.Value.TotalSeconds:0} s and counts");
            await WatchAsync(status, headEnd, began, cancel);
            await CloseAsync(street, nodes);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
        await gateway.WaitUntilRunningAsync(SettleTimeMax);
        var tally = new Tally(place, street, headEnd);
        await WaitAsync("everything to be forwarded", SettleTimeMax, () => Task.FromResult(tally.IsForwarded()), CancellationToken.None, false);
        await gateway.StopAsync();
        return tally.Print(Console.Out) ? 0 : 1;
    }

    private async Task WatchAsync(DemoStatus status, HeadEnd headEnd, long began, CancellationToken cancel)
    {
        long told = _time.GetTimestamp();
        var tellEvery = TimeSpan.FromSeconds(10);
        while (!cancel.IsCancellationRequested && (duration == null || _time.GetElapsedTime(began) < duration.Value - ClosingTime))
        {
            try
            {
                await Task.Delay(200, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (_time.GetElapsedTime(told) < tellEvery)
                continue;
            told = _time.GetTimestamp();
            await status.ReadAsync();
            Say($"stored {status.Readings} readings, forwarded {headEnd.Readings}");
        }
    }

    /// <summary>Lets the dials stand still, takes two more readings of each, and has the nodes bring home what they hold.</summary>
    private async Task CloseAsync(VirtualStreet street, List<ChildProcess> nodes)
    {
        street.Freeze();
        Say("the dials stand still; the last readings come in");
        await WaitAsync("the contacts to rest", SettleTimeMax, () => Task.FromResult(street.IsResting), CancellationToken.None);
        long rested = _time.GetTimestamp();
        var twoIntervals = TimeSpan.FromSeconds(2 * VirtualStreet.IntervalSeconds + 1);
        await WaitAsync("two more intervals", SettleTimeMax, () => Task.FromResult(_time.GetElapsedTime(rested) > twoIntervals), CancellationToken.None);
        await Task.WhenAll(nodes.Select(n => n.StopAsync()));
    }

    private async Task WaitAsync(string what, TimeSpan longest, Func<Task<bool>> isDone, CancellationToken cancel, bool isNeeded = true)
    {
        long began = _time.GetTimestamp();
        while (!await isDone())
        {
            if (_time.GetElapsedTime(began) > longest)
            {
                if (!isNeeded)
                    return;
                throw new StartException($"waited {longest.TotalSeconds:0} s for {what}, in vain. The lines above say what went wrong.");
            }
            try
            {
                await Task.Delay(100, cancel);
            }
            catch (OperationCanceledException)
            {
                throw new StartException("stopped before it had begun.");
            }
        }
    }

    private string WriteGatewayConfiguration(string place, VirtualStreet street, int[] ports)
    {
        var configuration = new
        {
            dataFolder = "gateway",
            // The nodes are on this machine and keep the same time.
            clock = "trusted",
            mqtt = new { address = "127.0.0.1", port = ports[0] },
            web = new { address = "127.0.0.1", port = ports[2] },
            nodes = street.Nodes.Select(n => new { name = n.Name, macKeyFile = n.KeyPath }),
            points = street.Meters.Select(m => new
            {
                id = m.Point.Id,
                name = m.Point.Name,
                carrier = m.Point.Carrier.ToString().ToLowerInvariant(),
                meter = m.Point.MeterSerial,
                register = m.Point.Register,
            }),
            forwarders = new object[]
            {
                new { name = "head-end", type = "mqtt-json", host = "127.0.0.1", port = ports[1] },
                new { name = "files", type = "csv-files", folder = "csv" },
            },
        };
        string path = Path.Combine(place, "gateway.json");
        File.WriteAllText(path, JsonSerializer.Serialize(configuration));
        return path;
    }

    private int[] FreePorts()
    {
        var listeners = new List<TcpListener>();
        try
        {
            foreach (int wanted in new[] { 0, 0, webPort })
            {
                var listener = new TcpListener(IPAddress.Loopback, wanted);
                try
                {
                    listener.Start();
                }
                catch (SocketException)
                {
                    Say($"port {wanted} is taken, the dashboard takes another");
                    listener = new TcpListener(IPAddress.Loopback, 0);
                    listener.Start();
                }
                listeners.Add(listener);
            }
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Stop());
        }
    }

    private static string Assembly(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static void Say(string line)
    {
        lock (Console.Out)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"demo: {line}"));
    }
}
