using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Simulation.Processes;

/// <summary>The built gateway as a process of its own, on loopback without certificates, started again as a service manager would.</summary>
internal sealed class GatewayChild : IDisposable
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    private readonly string _config;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private ChildProgram? _program;
    private long _startedAt;

    /// <param name="folder">For its configuration and keys.</param>
    /// <param name="dataFolder">For its store.</param>
    /// <param name="keys">The nodes and their keys.</param>
    /// <param name="points">The registry of metering points.</param>
    /// <param name="brokerPort">Port of the head-end's broker; 0 for no destination.</param>
    public GatewayChild(string folder, string dataFolder, IEnumerable<(string Node, byte[] Key)> keys, IEnumerable<MeteringPoint> points, int brokerPort)
    {
        int[] ports = LoopbackPorts.Free(2);
        (MqttPort, WebPort) = (ports[0], ports[1]);
        _config = Path.Combine(folder, "gateway.json");
        Configure(folder, dataFolder, keys, points, brokerPort);
    }

    public int MqttPort { get; }

    public int WebPort { get; }

    public string ConfigPath => _config;

    public int ProcessId => _program!.ProcessId;

    public bool IsRunning => _program is { HasEnded: false };

    public string Said => _program?.Said ?? "";

    /// <summary>The gateway as its own build made it, with its assets beside it.</summary>
    public static string Assembly
    {
        get
        {
            var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            string path = Path.Combine(output.Parent!.Parent!.FullName, "EdgeMeters.Gateway", output.Name, "EdgeMeters.Gateway.dll");
            return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build gateway/EdgeMeters.Gateway with -c {output.Name}.");
        }
    }

    public void Start()
    {
        _program?.Dispose();
        _startedAt = Stopwatch.GetTimestamp();
        _program = new ChildProgram("dotnet", [Assembly, "demo-gateway", "--config", _config]);
    }

    public void Kill() => _program?.Kill();

    /// <summary>SIGTERM, and its exit code; null when it did not end in time and was killed.</summary>
    public int? Stop()
    {
        if (_program == null || !_program.Stop(StopMax))
        {
            Kill();
            return null;
        }
        return _program.ExitCode;
    }

    /// <summary>Waits until dashboard and API answer: the door for nodes is opened before.</summary>
    /// <returns>Time since the start; null when it ended or did not answer in time.</returns>
    public async Task<TimeSpan?> WaitUntilServingAsync(TimeSpan longest)
    {
        while (IsRunning && Stopwatch.GetElapsedTime(_startedAt) < longest)
        {
            try
            {
                using var answer = await _http.GetAsync($"http://127.0.0.1:{WebPort}/healthz");
                if (answer.IsSuccessStatusCode)
                    return Stopwatch.GetElapsedTime(_startedAt);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(5);
        }
        return null;
    }

    public void Dispose()
    {
        _program?.Dispose();
        _http.Dispose();
    }

    private void Configure(string folder, string dataFolder, IEnumerable<(string Node, byte[] Key)> keys, IEnumerable<MeteringPoint> points, int brokerPort)
    {
        object[] forwarders = brokerPort == 0 ? [] : [new { name = "utility", type = "mqtt-json", host = "127.0.0.1", port = brokerPort }];
        File.WriteAllText(_config, JsonSerializer.Serialize(new
        {
            dataFolder,
            mqtt = new { address = "127.0.0.1", port = MqttPort },
            web = new { address = "127.0.0.1", port = WebPort },
            nodes = keys.Select(k => new { name = k.Node, macKeyFile = KeyFile(folder, k.Node, k.Key) }).ToArray(),
            points = points.Select(p => new { id = p.Id, name = p.Name, carrier = "power", meter = p.MeterSerial, register = p.Register }).ToArray(),
            forwarders,
        }));
    }

    private static string KeyFile(string folder, string node, byte[] key)
    {
        string path = Path.Combine(folder, node + ".key");
        File.WriteAllText(path, Convert.ToHexString(key));
        return path;
    }
}
