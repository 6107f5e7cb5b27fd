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
    private const int StopWaitMs = 20_000;

    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly long _began;
    private readonly List<string> _lines = [];

    private GatewayProcess(string config, int port)
    {
        Address = $"http://127.0.0.1:{port}";
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Assembly());
        start.ArgumentList.Add("demo-gateway");
        start.ArgumentList.Add("--config");
        start.ArgumentList.Add(config);
        _began = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address { get; }

    /// <summary>What it took of the processor so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static GatewayProcess StartOn(string folder, IEnumerable<NodeFeed> nodes, IEnumerable<MeteringPoint> points)
    {
        int webPort = PublishLoad.FreePort();
        string config = Path.Combine(folder, "gateway.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            dataFolder = folder,
            mqtt = new { address = "127.0.0.1", port = PublishLoad.FreePort() },
            web = new { address = "127.0.0.1", port = webPort },
            nodes = nodes.Select(n => new { name = n.Name, macKeyFile = KeyFile(folder, n) }).ToArray(),
            points = points.Select(p => new
            {
                id = p.Id,
                name = p.Name,
                carrier = p.Carrier.ToString().ToLowerInvariant(),
                meter = p.MeterSerial,
                register = p.Register,
            }).ToArray(),
        }));
        return new GatewayProcess(config, webPort);
    }

    public static GatewayProcess StartOn(StreetStore street) => StartOn(street.Folder, street.Nodes, street.Points);

    /// <summary>Waits until the dashboard answers.</summary>
    /// <returns>Seconds since the process was started.</returns>
    public double WaitForDashboard()
    {
        while (Stopwatch.GetElapsedTime(_began) < StartMax)
        {
            if (_process.HasExited)
                throw new WrongResultException($"The gateway ended with code {_process.ExitCode}:\n{Said()}");
            try
            {
                if (Get("/").Contains("<html", StringComparison.OrdinalIgnoreCase))
                    return Stopwatch.GetElapsedTime(_began).TotalSeconds;
            }
            catch (HttpRequestException e) when (e.StatusCode == null)
            {
                // Nobody listens yet.
            }
            Thread.Sleep(5);
        }
        throw new WrongResultException($"The dashboard did not answer within {StartMax.TotalSeconds} s:\n{Said()}");
    }

    /// <exception cref="HttpRequestException">Nobody listens, or the answer is no success.</exception>
    public string Get(string path) => _http.GetStringAsync(Address + path).GetAwaiter().GetResult();

    public void Dispose()
    {
        _http.Dispose();
        // The end of its input asks it to stop.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(StopWaitMs))
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

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

    private void Keep(string? line)
    {
        if (line == null)
            return;
        lock (_lines)
            _lines.Add(line);
    }

    private string Said()
    {
        lock (_lines)
            return string.Join('\n', _lines.TakeLast(20));
    }
}
