using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Store;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Benchmarks.Start;

/// <summary>The built gateway as a process of its own, on loopback without certificates.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private readonly ServerProcess _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly long _began = Stopwatch.GetTimestamp();

    private GatewayProcess(string config)
    {
        using var settings = JsonDocument.Parse(File.ReadAllBytes(config));
        MqttPort = PortOf("mqtt");
        Address = $"http://127.0.0.1:{PortOf("web")}";
        _process = new ServerProcess("dotnet", [Assembly(), "demo-gateway", "--config", config], true);

        int PortOf(string section) => settings.RootElement.GetProperty(section).GetProperty("port").GetInt32();
    }

    public string Address { get; }

    public int MqttPort { get; }

    /// <summary>Its number.</summary>
    public string ProcessId => _process.Id;

    /// <summary>What it took of the processor so far.</summary>
    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <summary>The most memory that it had at once so far.</summary>
    public long PeakRssBytes => _process.PeakRssBytes;

    /// <param name="points">Null for those of the registry's file in the folder.</param>
    /// <param name="mqttPort">On loopback; 0 for any.</param>
    public static GatewayProcess StartOn(string folder, IEnumerable<NodeFeed> nodes, IEnumerable<MeteringPoint>? points, int mqttPort = 0)
    {
        if (mqttPort == 0)
            mqttPort = PublishLoad.FreePort();
        int webPort = PublishLoad.FreePort();
        var settings = new Dictionary<string, object>
        {
            ["dataFolder"] = folder,
            ["mqtt"] = new { address = "127.0.0.1", port = mqttPort },
            ["web"] = new { address = "127.0.0.1", port = webPort },
            ["nodes"] = nodes.Select(n => new { name = n.Name, macKeyFile = KeyFile(folder, n) }).ToArray(),
        };
        if (points != null)
        {
            settings["points"] = points.Select(p => new
            {
                id = p.Id,
                name = p.Name,
                carrier = p.Carrier.ToString().ToLowerInvariant(),
                meter = p.MeterSerial,
                register = p.Register,
            }).ToArray();
        }
        File.WriteAllText(ConfigIn(folder), JsonSerializer.Serialize(settings));
        return StartAgain(folder);
    }

    /// <summary>The gateway of a folder in which one ran before.</summary>
    public static GatewayProcess StartAgain(string folder) => new(ConfigIn(folder));

    public static GatewayProcess StartOn(StreetStore street) => StartOn(street.Folder, street.Nodes, street.Points);

    /// <summary>Waits until the dashboard answers.</summary>
    /// <returns>Seconds since the process was started.</returns>
    public double WaitForDashboard()
    {
        _process.WaitUntil("an answer of the dashboard", () =>
        {
            try
            {
                return Get("/").Contains("<html", StringComparison.OrdinalIgnoreCase);
            }
            catch (HttpRequestException e) when (e.StatusCode == null)
            {
                // Nobody listens yet.
                return false;
            }
        });
        return Stopwatch.GetElapsedTime(_began).TotalSeconds;
    }

    /// <exception cref="WrongResultException">It is over already.</exception>
    public void RefuseEnded() => _process.RefuseEnded();

    /// <exception cref="HttpRequestException">Nobody listens, or the answer is no success.</exception>
    public string Get(string path) => _http.GetStringAsync(Address + path).GetAwaiter().GetResult();

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    private static string ConfigIn(string folder) => Path.Combine(folder, "gateway.json");

    private static string KeyFile(string folder, NodeFeed node)
    {
        string path = Path.Combine(folder, node.Name + ".key");
        File.WriteAllText(path, Convert.ToHexString(node.Key));
        return path;
    }

    /// <summary>The gateway as its own build made it, with its assets beside it; not the copy beside the benchmarks.</summary>
    private static string Assembly()
    {
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string path = Path.Combine(output.Parent!.Parent!.FullName, "EdgeMeters.Gateway", output.Name, "EdgeMeters.Gateway.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build gateway/EdgeMeters.Gateway with -c {output.Name}.");
    }
}
