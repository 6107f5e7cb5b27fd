using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Network;

/// <summary>Ethernet, or Wi-Fi with the settings that nanoff installed: whether it has an address, and what to do when it has none for long.</summary>
/// <remarks>
/// Asked, never told: the interpreter's events of address changes do not come once a pin has a debounce time. The driver connects at boot and
/// again by itself; what is done here is for the case that it has given up. Used by one thread.
/// </remarks>
public sealed class NetworkLink
{
    private const int AskAgainMs = 1000;
    private const int KickFirstMs = 60000;
    private const int KickLongestMs = 3600000;

    private readonly INodeClock _clock;
    private readonly NetworkInterface? _interface;
    private bool _isUp;
    private bool _isClosed;
    private long _askedMs = -AskAgainMs;
    private long _downSinceMs;
    private int _kickMs = KickFirstMs;

    public NetworkLink(INodeClock clock)
    {
        _clock = clock;
        _interface = Find();
        HardwareAddress = _interface == null ? new byte[6] : _interface.PhysicalAddress;
    }

    /// <summary>The interface's own, six bytes.</summary>
    public byte[] HardwareAddress { get; }

    /// <summary>What the network gave us, or an empty string.</summary>
    public string Address { get; private set; } = "";

    /// <summary>True while there is an address. Asks the driver once a second at most; a Wi-Fi that has been down for long is connected anew.</summary>
    public bool IsUp
    {
        get
        {
            long nowMs = _clock.MonotonicMs;
            if (_isClosed || nowMs - _askedMs < AskAgainMs)
                return _isUp && !_isClosed;
            _askedMs = nowMs;
            bool wasUp = _isUp;
            _isUp = HasAddress();
            if (_isUp)
            {
                if (!wasUp)
                    Console.WriteLine("network: address " + Address);
                _downSinceMs = nowMs;
                _kickMs = KickFirstMs;
            }
            else if (nowMs - _downSinceMs >= _kickMs)
            {
                Console.WriteLine("network: no address for " + (_kickMs / 1000).ToString() + " s");
                Connect();
                _downSinceMs = _clock.MonotonicMs;
                _kickMs = _kickMs > KickLongestMs / 2 ? KickLongestMs : 2 * _kickMs;
            }
            return _isUp;
        }
    }

    /// <summary>Takes the network down before a light sleep, in which it would be lost without a word.</summary>
    public void Close()
    {
        _isClosed = true;
        _isUp = false;
        Address = "";
        try
        {
            if (IsWifi)
                WifiAdapter.FindAllAdapters()[0].Disconnect();
        }
        catch (Exception e)
        {
            Console.WriteLine("network: does not disconnect, " + e.Message);
        }
    }

    /// <summary>Brings it up again.</summary>
    public void Open()
    {
        _isClosed = false;
        _downSinceMs = _clock.MonotonicMs;
        _kickMs = KickFirstMs;
        Connect();
    }

    private bool IsWifi
    {
        get { return _interface != null && _interface.NetworkInterfaceType == NetworkInterfaceType.Wireless80211; }
    }

    private static NetworkInterface? Find()
    {
        NetworkInterface[] all = NetworkInterface.GetAllNetworkInterfaces();
        NetworkInterface? found = null;
        for (int i = 0; i < all.Length; i++)
        {
            // A cable wins; an access point of the chip's own leads nowhere.
            if (all[i].NetworkInterfaceType == NetworkInterfaceType.Ethernet)
                return all[i];
            if (all[i].NetworkInterfaceType == NetworkInterfaceType.Wireless80211)
                found = all[i];
        }
        return found;
    }

    // The object of an interface is a copy from the moment when it was asked for: its address does not move.
    private bool HasAddress()
    {
        NetworkInterface? now = Find();
        string address = now == null ? "" : now.IPv4Address;
        bool hasAddress = address != null && address.Length > 0 && address[0] != '0';
        Address = hasAddress ? address! : "";
        return hasAddress;
    }

    private void Connect()
    {
        if (!IsWifi)
            return;
        try
        {
            Wireless80211Configuration settings = Wireless80211Configuration.GetAllWireless80211Configurations()[(int)_interface!.SpecificConfigId];
            if (settings.Ssid == null || settings.Ssid.Length == 0)
            {
                Console.WriteLine("network: no Wi-Fi is configured; nanoff --networkdeployment installs its name and password");
                return;
            }
            WifiConnectionResult result = WifiAdapter.FindAllAdapters()[0].Connect(settings.Ssid, WifiReconnectionKind.Automatic, settings.Password);
            Console.WriteLine("network: connecting to " + settings.Ssid + ", result " + ((int)result.ConnectionStatus).ToString());
        }
        catch (Exception e)
        {
            Console.WriteLine("network: Wi-Fi does not connect, " + e.Message);
        }
    }
}
