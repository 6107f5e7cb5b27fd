using System;
using System.Collections.Generic;
using System.Net;
using System.Net.NetworkInformation;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>The network of a simulated chip: its interface, names, time servers and broadcasts in virtual time; MQTT goes to a real server over loopback.</summary>
/// <remarks>
/// An exchange with the real server happens while virtual time stands still, and takes the round trip that is set here. What the server says
/// of its own accord comes when it comes: while a connection stands, virtual time runs at most <see cref="PaceFactor"/> times as fast as real
/// time.
/// </remarks>
public sealed class ChipNetwork
{
    private readonly SimulatedChip _chip;
    private readonly List<MqttWire> _wires = [];
    private long _wallAtZeroMs;

    internal ChipNetwork(SimulatedChip chip)
    {
        _chip = chip;
    }

    /// <summary>Virtual milliseconds in a real one, at most, while a connection stands.</summary>
    public int PaceFactor { get; set; } = 20;

    /// <summary>True while the interface has an address.</summary>
    public bool IsUp { get; set; } = true;

    public NetworkInterfaceType Kind { get; set; } = NetworkInterfaceType.Ethernet;

    public byte[] HardwareAddress { get; } = [0x24, 0x0A, 0xC4, 0x01, 0x02, 0x03];

    /// <summary>Name of the Wi-Fi that was installed; empty for none.</summary>
    public string Ssid { get; set; } = "";

    /// <summary>A Wi-Fi that has lost its network gets it back only when it is asked to connect.</summary>
    public bool ComesUpWhenAsked { get; set; }

    public int WifiConnects { get; internal set; }

    public int RoundTripMs { get; set; } = 40;

    /// <summary>Nothing managed runs during a handshake.</summary>
    public int HandshakeMs { get; set; } = 2000;

    /// <summary>Nothing managed runs while a name that nobody knows is asked for.</summary>
    public int NameTimeoutMs { get; set; } = 5000;

    /// <summary>Address by name; addresses stand for themselves.</summary>
    public Dictionary<string, IPAddress> Names { get; } = [];

    /// <summary>Asked with the number of each publish, from 1: true loses the acknowledgement on its way.</summary>
    public Predicate<int> LosesReceipt { get; set; } = _ => false;

    /// <summary>What SNTP servers say; null is silence.</summary>
    public Func<long>? SntpUtcMs { get; set; }

    public List<(long Ms, int Port, string Text)> Broadcasts { get; } = [];

    public int Handshakes { get; internal set; }

    public int Publishes { get; internal set; }

    /// <summary>The chip's wall clock, by which TLS judges dates. 1970 after power-on.</summary>
    public long WallClockUtcMs
    {
        get => _wallAtZeroMs + _chip.NowUs / 1000;
        internal set => _wallAtZeroMs = value - _chip.NowUs / 1000;
    }

    /// <summary>Every connection breaks without a word, as when a cable is cut; new ones may be made at once if the interface is up.</summary>
    public void CutConnections()
    {
        lock (_wires)
        {
            foreach (MqttWire wire in _wires)
                wire.Cut();
            _wires.Clear();
        }
    }

    internal void Add(MqttWire wire)
    {
        lock (_wires)
            _wires.Add(wire);
    }

    internal void Remove(MqttWire wire)
    {
        lock (_wires)
            _wires.Remove(wire);
    }
}
