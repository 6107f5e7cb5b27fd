using System;
using System.Threading;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;

namespace EdgeMeters.Node.Network;

/// <summary>Blocks over MQTT 3.1.1 and TLS 1.2: QoS 1 to <c>em/v1/&lt;node&gt;/block</c>, one at a time, client id = node name, a clean session each.</summary>
/// <remarks>
/// A receipt is the gateway's PUBACK for the block under way and nothing else; the gateway answers what it does not take by closing, since 3.1.1
/// has no word for it. <see cref="Step"/> is called by the loop that also sends, and is where connections are made and ended: it may take
/// minutes, in which there is nothing to send to anyway. No connect timeout exists in the library; lwIP gives a silent address up after four
/// repeats of its SYN, and an address that accepts and then says nothing in the middle of a handshake stands the whole interpreter still:
/// only a watchdog outside the chip ends that.
/// </remarks>
public sealed class MqttUplink : IUplink
{
    /// <summary>Below the time for which the session waits, so that a block is settled here before it is made anew there.</summary>
    private const int ReceiptMs = UplinkSession.ReceiptTimeoutMs - 5000;

    private const int BackoffFirstMs = 1000;
    private const int BackoffLongestMs = 120000;

    private readonly UplinkDesk _desk;
    private readonly Backoff _backoff;
    private readonly INodeClock _clock;
    private readonly NetworkLink _network;
    private readonly GatewayTime _time;
    private readonly TlsFiles _tls;
    private readonly string _node;
    private readonly string _host;
    private readonly int _port;
    private readonly string _topic;
    private readonly string _downTopic;
    private MqttSession? _session;
    private long _connectAtMs;
    private long _sentMs;
    private bool _isSuspended;

    /// <param name="table">Names node and gateway.</param>
    /// <param name="tls">Certificates.</param>
    /// <param name="network">What carries it.</param>
    /// <param name="time">Sets the wall clock before a handshake.</param>
    /// <param name="pauseMs">Time before the first connection: more than nothing when the node is in a loop of failures.</param>
    public MqttUplink(
        NodeTable table, TlsFiles tls, NetworkLink network, GatewayTime time, INodeClock clock, IEntropy entropy, int documentBytesMax, int pauseMs)
    {
        _node = table.Node;
        _host = table.GatewayHost;
        _port = table.GatewayPort;
        _topic = "em/v1/" + table.Node + "/block";
        _downTopic = "em/v1/" + table.Node + "/down";
        _tls = tls;
        _network = network;
        _time = time;
        _clock = clock;
        _desk = new UplinkDesk(documentBytesMax);
        _backoff = new Backoff(BackoffFirstMs, BackoffLongestMs, entropy);
        _connectAtMs = clock.MonotonicMs + pauseMs;
        if (!MqttSession.TryBePatient(ReceiptMs))
            Console.WriteLine("this M2Mqtt waits three seconds for a receipt and no longer: narrow links will not do");
    }

    public bool IsConnected
    {
        get { return _desk.IsOpen; }
    }

    public int SessionNumber
    {
        get { return _desk.Session; }
    }

    public UplinkOutcome Outcome
    {
        get { return _desk.Outcome; }
    }

    /// <summary>Set when there is something new to look at: a session, an outcome, a document.</summary>
    public AutoResetEvent Changed { get; } = new AutoResetEvent(false);

    /// <summary>Why there is no session; an empty string while all is well.</summary>
    public string LastError { get; private set; } = "";

    /// <summary>Documents that came and were dropped.</summary>
    public long DocumentsDropped
    {
        get { return _desk.DocumentsDropped; }
    }

    /// <summary>True keeps the connection closed, for as long as the network is down on purpose; takes effect with the next <see cref="Step"/>.</summary>
    public bool IsSuspended
    {
        get { lock (_desk) return _isSuspended; }
        set
        {
            lock (_desk)
                _isSuspended = value;
            Changed.Set();
        }
    }

    /// <summary>True once a suspension is in effect.</summary>
    public bool IsClosed
    {
        get { lock (_desk) return _isSuspended && _session == null; }
    }

    public void Send(byte[] block, int count)
    {
        MqttSession? session = _session;
        if (session == null)
        {
            _desk.NoteFailed();
            return;
        }
        byte[] copy = new byte[count];
        Array.Copy(block, copy, count);
        _sentMs = _clock.MonotonicMs;
        try
        {
            session.Send(_topic, copy);
        }
        catch (Exception e)
        {
            _desk.NoteFailed();
            LastError = "a block cannot be sent: " + e.Message;
        }
    }

    public int TryTake(byte[] buffer)
    {
        return _desk.TryTake(buffer);
    }

    /// <summary>Makes a connection if one is due, ends one that is broken or no longer wanted, and otherwise returns at once.</summary>
    public void Step()
    {
        MqttSession? session = _session;
        if (session != null)
        {
            UplinkOutcome outcome = _desk.Outcome;
            if (outcome == UplinkOutcome.Received)
                _backoff.Reset();
            if (IsSuspended)
                End(session, "");
            else if (session.IsBroken)
                End(session, "the session ended");
            else if (outcome == UplinkOutcome.Pending && _clock.MonotonicMs - _sentMs > ReceiptMs)
                End(session, "no receipt for a block in time");
            return;
        }
        if (!IsSuspended && _clock.MonotonicMs >= _connectAtMs && _network.IsUp)
            Connect();
    }

    private void Connect()
    {
        string fault;
        try
        {
            _time.Prepare();
            MqttSession session = new MqttSession(_desk, _host, _port, _tls, _downTopic, Changed);
            lock (_desk)
                _session = session;
            fault = session.Connect(_node);
        }
        catch (Exception e)
        {
            fault = e.InnerException == null ? e.Message : e.Message + ": " + e.InnerException.Message;
        }
        if (fault.Length > 0)
        {
            End(_session, fault);
            return;
        }
        LastError = "";
        Console.WriteLine("session with " + _host);
        Changed.Set();
    }

    // A session whose block failed is ended too: a receipt that came later would be for a message that nobody knows.
    private void End(MqttSession? session, string fault)
    {
        if (session != null)
            session.Close();
        lock (_desk)
            _session = null;
        _connectAtMs = _clock.MonotonicMs + (IsSuspended ? 0 : _backoff.Next());
        if (fault.Length == 0)
            return;
        LastError = _host + ": " + fault;
        Console.WriteLine(LastError);
    }
}
