using System;
using System.Reflection;
using System.Threading;
using EdgeMeters.Metering.Uplink;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace EdgeMeters.Node.Network;

/// <summary>One connection to the gateway, from its begin to its end, with one client of M2Mqtt that is never used again.</summary>
/// <remarks>
/// The library calls back from threads of its own, also after the end; the desk knows by the session's number what is nobody's. A failed
/// Connect of the library leaves its receiving thread running in a circle until Close, so there is no way out of here but
/// through <see cref="Close"/>.
/// </remarks>
internal sealed class MqttSession
{
    /// <summary>A dead connection is noticed by a block without a receipt; this only keeps the gateway from closing an idle one.</summary>
    private const ushort KeepAliveSeconds = 120;

    private const int SubscribedMs = 30000;

    /// <summary>One block, one subscription, and what may come down at the same time.</summary>
    private const int InflightMax = 2 + UplinkDesk.DocumentsMax;

    private readonly UplinkDesk _desk;
    private readonly string _downTopic;
    private readonly AutoResetEvent _changed;
    private readonly AutoResetEvent _subscribed = new AutoResetEvent(false);
    private readonly MqttClient _client;
    private readonly int _number;

    /// <summary>Resolves the gateway's name, which stands the chip still until DNS answers or gives up.</summary>
    public MqttSession(UplinkDesk desk, string host, int port, TlsFiles tls, string downTopic, AutoResetEvent changed)
    {
        _desk = desk;
        _downTopic = downTopic;
        _changed = changed;
        _number = desk.Begin();
        _client = new MqttClient(host, port, true, tls.Authority!, tls.Node!, MqttSslProtocols.TLSv1_2);
        _client.ProtocolVersion = MqttProtocolVersion.Version_3_1_1;
        _client.Settings.InflightQueueSize = InflightMax;
        _client.MqttMsgPublished += OnSettled;
        _client.MqttMsgPublishReceived += OnDocument;
        _client.MqttMsgSubscribed += OnSubscribed;
        _client.ConnectionClosed += OnClosed;
    }

    /// <summary>The connection is gone; all that is left is to close this.</summary>
    public bool IsBroken
    {
        get { return !_desk.IsOpen || !_client.IsConnected; }
    }

    /// <summary>
    /// Makes M2Mqtt wait for a receipt as long as we do. It sends a block three times, a second apart, and a second later gives it up and takes
    /// no receipt for it any more: over a link of more than three seconds there and back no block would ever be received. The setters are
    /// internal to the library, so they are called by name.
    /// </summary>
    /// <returns>False when this version of the library has no such setters: fast links work, narrow ones do not.</returns>
    public static bool TryBePatient(int receiptMs)
    {
        return TrySet("set_DelayOnRetry", receiptMs) && TrySet("set_AttemptsOnRetry", 1);
    }

    /// <summary>TLS, MQTT and the subscription, which stands before anything is said, so that an answer finds an ear.</summary>
    /// <returns>Why there is no session, or an empty string.</returns>
    public string Connect(string node)
    {
        MqttReasonCode code = _client.Connect(node, null!, null!, false, MqttQoSLevel.AtMostOnce, false, null!, null!, true, KeepAliveSeconds);
        if (code != MqttReasonCode.Success)
            return "it refused the connection, code " + ((int)code).ToString();
        _client.Subscribe(new string[] { _downTopic }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
        if (!_subscribed.WaitOne(SubscribedMs, false))
            return "it does not answer the subscription";
        _desk.Open(_number);
        return "";
    }

    /// <summary>Hands a block to the library, which keeps the array until it is settled.</summary>
    public void Send(string topic, byte[] block)
    {
        // The number is given by Publish, and its receipt may come before Publish returns.
        lock (_desk.SendGate)
            _desk.NoteSent(_client.Publish(topic, block, null!, null!, MqttQoSLevel.AtLeastOnce, false));
    }

    /// <summary>Ends the connection, politely if it still stands.</summary>
    public void Close()
    {
        _desk.Close(_number);
        _client.MqttMsgPublished -= OnSettled;
        _client.MqttMsgPublishReceived -= OnDocument;
        _client.MqttMsgSubscribed -= OnSubscribed;
        _client.ConnectionClosed -= OnClosed;
        try
        {
            if (_client.IsConnected)
                _client.Disconnect();
        }
        catch (Exception)
        {
            // It is gone, which is what was wanted.
        }
        _client.Close();
    }

    private static bool TrySet(string setter, int number)
    {
        MethodInfo? method = MqttSettings.Instance.GetType().GetMethod(setter, BindingFlags.Instance | BindingFlags.NonPublic);
        if (method == null)
            return false;
        method.Invoke(MqttSettings.Instance, new object[] { number });
        return true;
    }

    private void OnSettled(object sender, MqttMsgPublishedEventArgs e)
    {
        _desk.NoteSettled(_number, e.MessageId, e.IsPublished);
        _changed.Set();
    }

    private void OnDocument(object sender, MqttMsgPublishEventArgs e)
    {
        if (e.Topic == _downTopic && e.Message != null)
            _desk.Offer(_number, e.Message);
        _changed.Set();
    }

    // Refused or granted: a gateway that refuses has nothing to say; readings go all the same.
    private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e)
    {
        _subscribed.Set();
    }

    private void OnClosed(object sender, EventArgs e)
    {
        _desk.Close(_number);
        _changed.Set();
    }
}
