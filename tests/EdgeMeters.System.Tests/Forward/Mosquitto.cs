using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.SystemTests.Forward;

/// <summary>Debian's mosquitto on a free port of loopback, with a configuration of its own in a folder of its own.</summary>
internal sealed class Mosquitto : IDisposable
{
    /// <summary>In a setting, stands for the path of the access rules.</summary>
    public const string Rules = "{rules}";

    private const string Program = "/usr/sbin/mosquitto";

    private readonly string _folder = Directory.CreateTempSubdirectory("edgemeters-mosquitto-").FullName;
    private readonly string[] _settings;
    private Process? _process;

    /// <param name="settings">Lines of the configuration, which follow those of the listener.</param>
    public Mosquitto(params string[] settings)
    {
        DebianProgram.RequireInstalled(Program, "mosquitto");
        _settings = settings;
        Port = FreePort();
    }

    public int Port { get; }

    /// <summary>Messages that wait for a subscriber, at most; 0 for no bound.</summary>
    public int QueuedMessagesMax { get; init; } = 100_000;

    public string PathOf(string file) => Path.Combine(_folder, file);

    public void WriteRules(params string[] rules) => File.WriteAllLines(PathOf("rules"), rules);

    public void Start()
    {
        string configuration = PathOf("mosquitto.conf");
        // As root it would become the user mosquitto, who may not read the folder.
        string[] head = [$"listener {Port} 127.0.0.1", $"max_queued_messages {QueuedMessagesMax}"];
        string[] user = Environment.IsPrivilegedProcess ? ["user root"] : [];
        File.WriteAllLines(configuration, [.. user, .. head, .. _settings.Select(line => line.Replace(Rules, PathOf("rules")))]);
        _process = Process.Start(new ProcessStartInfo(Program, ["-c", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Deadline.Until(IsListening, $"mosquitto listens on port {Port}");
    }

    /// <summary>kill -9: what it has not sent to anyone is gone.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private bool IsListening()
    {
        Assert.False(_process!.HasExited, "mosquitto ended at once");
        try
        {
            using var probe = new TcpClient();
            probe.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
