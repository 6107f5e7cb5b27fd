using System;
using System.Net;
using System.Net.Sockets;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Node.Network;

/// <summary>A node without configuration says so, every ten seconds: on its console, and as a broadcast on its network if it has an address.</summary>
public sealed class FactoryBeacon
{
    private readonly NetworkLink _network;
    private readonly byte[] _datagram;
    private readonly string _line;
    private bool _isTold;

    public FactoryBeacon(NetworkLink network, string line)
    {
        _network = network;
        _line = line;
        _datagram = FactoryNotice.Datagram(line);
    }

    /// <summary>Says it once.</summary>
    public void Tell()
    {
        Console.WriteLine(_line);
        if (!_network.IsUp)
            return;
        try
        {
            using (Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, true);
                socket.SendTo(_datagram, new IPEndPoint(IPAddress.Broadcast, FactoryNotice.UdpPort));
            }
        }
        catch (Exception e)
        {
            if (!_isTold)
                Console.WriteLine("no broadcast: " + e.Message);
            _isTold = true;
        }
    }
}
