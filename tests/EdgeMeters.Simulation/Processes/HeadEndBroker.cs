using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeMeters.Gateway.Forward.MqttJson;

namespace EdgeMeters.Simulation.Processes;

/// <summary>Debian's mosquitto as the head-end's broker, and mosquitto_sub as the head-end behind it.</summary>
/// <remarks>
/// The subscription is of QoS 0 on purpose: mosquitto writes such a message to the subscriber's socket before it acknowledges it to the
/// publisher (2.0.11, handle__publish), and what is in the socket survives a kill -9 of the broker. So the head-end has all that was
/// acknowledged, and may have it more than once: MQTT's QoS 1 and the gateway's own sending again under the same key allow that, and no more.
/// With a persistent session the broker's own store would be on trial, which it writes now and then only.
/// </remarks>
internal sealed class HeadEndBroker : IDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private const string Subscriber = "/usr/bin/mosquitto_sub";
    private const string LineBuffered = "/usr/bin/stdbuf";
    private const int QueuedMessagesMax = 200_000;

    private static readonly TimeSpan ListenMax = TimeSpan.FromSeconds(30);

    private readonly string _configuration;
    private readonly ChildProgram _subscriber;
    private ChildProgram _broker;
    private int _subscriptions;
    private bool _isDisposed;

    /// <param name="folder">For its configuration.</param>
    /// <param name="received">Told every message that the head-end gets; on a thread of the pool, one after the other.</param>
    public HeadEndBroker(string folder, Action<IntervalMessage> received)
    {
        Port = LoopbackPorts.Free(1)[0];
        _configuration = Path.Combine(folder, "mosquitto.conf");
        // As root it would become the user mosquitto, who may not read the folder.
        string[] user = Environment.IsPrivilegedProcess ? ["user root"] : [];
        File.WriteAllLines(_configuration,
            [.. user, $"listener {Port.ToString(CultureInfo.InvariantCulture)} 127.0.0.1", "allow_anonymous true", $"max_queued_messages {QueuedMessagesMax}"]);
        _broker = StartBroker();
        // Into a pipe it would print whole buffers, long after the messages.
        _subscriber = new ChildProgram(LineBuffered,
            ["-oL", Subscriber, "-h", "127.0.0.1", "-p", $"{Port}", "-V", "5", "-q", "0", "-t", "edgemeters/v1/#", "-F", "%p", "-d"], line =>
            {
                if (line.StartsWith('{'))
                    received(IntervalMessageJson.Read(System.Text.Encoding.UTF8.GetBytes(line)));
                else if (line.Contains("received SUBACK", StringComparison.Ordinal))
                    Interlocked.Increment(ref _subscriptions);
            });
        AwaitSubscription(1);
    }

    public int Port { get; }

    /// <summary>The Debian packages that are missing; null when none is.</summary>
    public static string? Missing =>
        !File.Exists(Program) ? "mosquitto" : !File.Exists(Subscriber) ? "mosquitto-clients" : !File.Exists(LineBuffered) ? "coreutils" : null;

    /// <summary>kill -9 of the broker, and a start again after a while. Returns when the head-end is subscribed again.</summary>
    public void KillAndRestart(int downMs)
    {
        int before = Volatile.Read(ref _subscriptions);
        _broker.Dispose();
        Thread.Sleep(downMs);
        _broker = StartBroker();
        AwaitSubscription(before + 1);
    }

    /// <summary>Returns when all that the head-end had got is heard.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _subscriber.Dispose();
        _broker.Dispose();
    }

    private void AwaitSubscription(int count)
    {
        if (!SpinWait.SpinUntil(() => Volatile.Read(ref _subscriptions) >= count, ListenMax))
            throw new InvalidOperationException($"mosquitto_sub did not subscribe within {ListenMax.TotalSeconds} s. It said:\n{_subscriber.Said}");
    }

    private ChildProgram StartBroker()
    {
        var broker = new ChildProgram(Program, ["-c", _configuration]);
        if (SpinWait.SpinUntil(() => broker.HasEnded || IsListening(), ListenMax) && !broker.HasEnded)
            return broker;
        string said = broker.Said;
        broker.Dispose();
        throw new InvalidOperationException($"mosquitto does not listen on port {Port}. It said:\n{said}");
    }

    private bool IsListening()
    {
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
}
