using System;
using System.Collections;
using System.Collections.Generic;
using System.Net.Sockets;
using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Network;
using EdgeMeters.NanoSimulation.Threads;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;

namespace nanoFramework.M2Mqtt;

/// <summary>M2Mqtt's client over a real connection: its names resolved in the constructor, its retries, its callbacks from a thread of its own.</summary>
public class MqttClient
{
    private const int PumpUs = 20000;
    private const int CloseMs = 200;
    private const int UnreachableMs = 3000;
    private const int DefaultTimeoutMs = 30000;

    private readonly SimulatedChip _chip = SimulatedChip.Current;
    private readonly Queue<Action> _events = new();
    private readonly HashSet<ushort> _waiting = [];
    private readonly ChipAutoResetEvent _hasEvent = new(false);
    private readonly string _host;
    private readonly int _port;
    private readonly bool _isSecure;
    private readonly X509Certificate? _authority;
    private readonly X509Certificate? _certificate;
    private MqttWire? _wire;
    private ushort _messageId;
    private bool _isRunning;
    private int _owedUs;

    public MqttClient(
        string brokerHostName, int brokerPort, bool secure, X509Certificate? caCert, X509Certificate? clientCert, MqttSslProtocols sslProtocol)
    {
        if (secure && sslProtocol != MqttSslProtocols.TLSv1_2)
            throw new NotSupportedException("only TLS 1.2 is simulated");
        _host = brokerHostName;
        _port = brokerPort;
        _isSecure = secure;
        _authority = caCert;
        _certificate = clientCert;
        ChipDns.GetHostEntry(brokerHostName);
    }

    public delegate void ConnectionClosedEventHandler(object sender, EventArgs e);

    public delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

    public delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

    public delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);

    public event MqttMsgPublishedEventHandler? MqttMsgPublished;

    public event MqttMsgPublishEventHandler? MqttMsgPublishReceived;

    public event MqttMsgSubscribedEventHandler? MqttMsgSubscribed;

    public event ConnectionClosedEventHandler? ConnectionClosed;

    public bool IsConnected { get; private set; }

    public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.Version_3_1_1;

    public MqttSettings Settings => MqttSettings.Instance;

    public MqttReasonCode Connect(
        string clientId, string? username, string? password, bool willRetain, MqttQoSLevel willQosLevel, bool willFlag, string? willTopic,
        string? willMessage, bool cleanSession, ushort keepAlivePeriod)
    {
        ChipNetwork network = _chip.Network;
        if (!network.IsUp)
        {
            ChipThread.Sleep(UnreachableMs);
            throw new MqttConnectionException("Socket exception connecting to the broker", new SocketException((int)SocketError.HostUnreachable));
        }
        ChipThread.Sleep(network.RoundTripMs);
        int code;
        lock (_chip.Gate)
        {
            network.Handshakes++;
            if (_isSecure)
                _chip.Spend(network.HandshakeMs * 1000L);
            _wire = new MqttWire();
            try
            {
                DateTime wallClock = DateTime.UnixEpoch.AddMilliseconds(network.WallClockUtcMs);
                code = _wire.Connect(_host, _port, clientId, keepAlivePeriod, _certificate?.Real, _isSecure ? RequireAuthority() : null, wallClock);
            }
            catch (Exception e)
            {
                throw new MqttConnectionException("Exception connecting to the broker", e);
            }
            if (code != 0)
                return (MqttReasonCode)code;
            network.Add(_wire);
        }
        ChipThread.Sleep(network.RoundTripMs);
        _isRunning = true;
        IsConnected = true;
        new ChipThread(Dispatch).Start();
        lock (_chip.Gate)
            _chip.After(PumpUs, Pump);
        return MqttReasonCode.Success;
    }

    public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
    {
        ushort id = NextId();
        MqttWire wire = _wire!;
        AfterRoundTrip(() =>
        {
            if (wire.TrySubscribe(topics[0]))
                Raise(() => MqttMsgSubscribed?.Invoke(this, new MqttMsgSubscribedEventArgs(id)));
        });
        return id;
    }

    public ushort Publish(string topic, byte[] message, string? contentType, ArrayList? userProperties, MqttQoSLevel qosLevel, bool retain)
    {
        lock (_chip.Gate)
        {
            _chip.Threads.Touch();
            if (_waiting.Count >= Settings.InflightQueueSize)
                throw new MqttClientException();
            ushort id = NextId();
            _waiting.Add(id);
            Attempt(id, topic, message, 1);
            return id;
        }
    }

    public void Disconnect()
    {
        lock (_chip.Gate)
        {
            _chip.Threads.Touch();
            _wire?.Close();
            IsConnected = false;
            _hasEvent.Set();
        }
    }

    public void Close()
    {
        _isRunning = false;
        _hasEvent.Set();
        ChipThread.Sleep(CloseMs);
        lock (_chip.Gate)
        {
            if (_wire != null)
            {
                _wire.Cut();
                _chip.Network.Remove(_wire);
            }
            _events.Clear();
            _waiting.Clear();
            IsConnected = false;
        }
    }

    private System.Security.Cryptography.X509Certificates.X509Certificate2 RequireAuthority()
    {
        return _authority?.Real ?? throw new SocketException((int)SocketError.ConnectionAborted);
    }

    private ushort NextId() => ++_messageId == 0 ? ++_messageId : _messageId;

    private void Attempt(ushort id, string topic, byte[] message, int number)
    {
        MqttWire wire = _wire!;
        byte[] copy = (byte[])message.Clone();
        int publish = ++_chip.Network.Publishes;
        AfterRoundTrip(() =>
        {
            if (wire.TryPublish(topic, copy, number > 1) && !_chip.Network.LosesReceipt(publish) && !wire.IsGone && _waiting.Remove(id))
                Raise(() => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, true)));
        });
        _chip.After(Settings.DelayOnRetry * 1000L, () =>
        {
            if (!_isRunning || !_waiting.Contains(id))
                return;
            if (number < Settings.AttemptsOnRetry)
            {
                Attempt(id, topic, message, number + 1);
                return;
            }
            _waiting.Remove(id);
            Raise(() => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, false)));
        });
    }

    private void AfterRoundTrip(Action action)
    {
        lock (_chip.Gate)
            _chip.After(_chip.Network.RoundTripMs * 1000L, action);
    }

    private void Raise(Action handler)
    {
        if (!_isRunning)
            return;
        _events.Enqueue(handler);
        _hasEvent.Set();
    }

    // Takes what the real server said of its own accord, and lets it keep up.
    private void Pump()
    {
        if (!_isRunning)
            return;
        _owedUs += PumpUs / _chip.Network.PaceFactor;
        if (_owedUs >= 1000)
        {
            System.Threading.Thread.Sleep(_owedUs / 1000);
            _owedUs %= 1000;
        }
        while (_wire!.Incoming.TryDequeue(out (string Topic, byte[] Payload) came))
        {
            (string topic, byte[] payload) = came;
            Raise(() => MqttMsgPublishReceived?.Invoke(this, new MqttMsgPublishEventArgs(topic, payload)));
        }
        if (_wire.IsGone)
            _hasEvent.Set();
        _chip.After(PumpUs, Pump);
    }

    private void Dispatch()
    {
        while (_isRunning)
        {
            _hasEvent.WaitOne(DefaultTimeoutMs, false);
            while (TryTake(out Action? handler))
                handler!();
            if (!_isRunning || _wire is { IsGone: false })
                continue;
            IsConnected = false;
            Close();
            ConnectionClosed?.Invoke(this, EventArgs.Empty);
            return;
        }
    }

    private bool TryTake(out Action? handler)
    {
        lock (_chip.Gate)
            return _events.TryDequeue(out handler) && _isRunning;
    }
}
