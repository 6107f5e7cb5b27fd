using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeMeters.Gateway.Forward.MqttJson;

namespace EdgeMeters.SystemTests.Forward;

/// <summary>Debian's mosquitto_sub as the head-end: prints what it gets, line by line.</summary>
internal sealed class Subscriber : IDisposable
{
    private const string Program = "/usr/bin/mosquitto_sub";

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private int _subscriptions;

    /// <summary>Returns once the broker has confirmed the subscription.</summary>
    /// <remarks>
    /// QoS 0 on purpose: mosquitto then writes a message to the subscriber's socket before it acknowledges it to the publisher, whatever
    /// the subscriber has confirmed (2.0.11, handle__publish). So even after a kill -9 the subscriber has all that was acknowledged.
    /// </remarks>
    public Subscriber(Mosquitto broker, params string[] options)
    {
        DebianProgram.RequireInstalled(Program, "mosquitto-clients");
        string[] arguments =
            ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-q", "0", "-t", "edgemeters/v1/#", "-F", "%t %p", "-d", .. options];
        // Into a pipe it would print whole buffers, long after the messages.
        _process = Process.Start(new ProcessStartInfo("/usr/bin/stdbuf", ["-oL", Program, .. arguments]) { RedirectStandardOutput = true })!;
        _process.OutputDataReceived += OnLine;
        _process.BeginOutputReadLine();
        Deadline.Until(() => Subscriptions > 0, "mosquitto_sub is subscribed");
    }

    /// <summary>How often the broker has confirmed the subscription: once more after each reconnection, which mosquitto_sub does by itself.</summary>
    public int Subscriptions => Volatile.Read(ref _subscriptions);

    /// <summary>What has come, in the order of arrival: topic, a blank, the message.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public IReadOnlyList<IntervalMessage> Messages => [.. Lines.Select(line =>
        IntervalMessageJson.Read(System.Text.Encoding.UTF8.GetBytes(line[(line.IndexOf(' ') + 1)..])))];

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        // Waits for the last lines too.
        _process.WaitForExit();
        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        if (line.Data.StartsWith("edgemeters/", StringComparison.Ordinal))
            _lines.Enqueue(line.Data);
        else if (line.Data.Contains("received SUBACK", StringComparison.Ordinal))
            Interlocked.Increment(ref _subscriptions);
    }
}
