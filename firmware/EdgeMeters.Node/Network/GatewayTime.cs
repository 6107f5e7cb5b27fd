using System;
using System.Net;
using System.Net.Sockets;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Time;
using EdgeMeters.Wire;

namespace EdgeMeters.Node.Network;

/// <summary>Sees to it that the chip's wall clock is right before a certificate is judged by it.</summary>
/// <remarks>
/// Asks SNTP itself. The vendor's class hands lwIP the address of a managed string, which the garbage collector moves, and steps the wall clock
/// whenever it likes.
/// </remarks>
public sealed class GatewayTime
{
    private const int Tries = 3;

    /// <summary>A narrow link takes up to 8 s there and back.</summary>
    private const int AnswerMs = 10000;

    /// <summary>The wall clock runs on the same crystal as the node's: it is set anew before it is three seconds off.</summary>
    private const long SetAgainMs = 12L * 3600 * 1000;

    private readonly INodeClock _clock;
    private readonly IEntropy _entropy;
    private readonly string _host;
    private long _setAtMs = -SetAgainMs;
    private bool _isFromGateway;

    /// <param name="host">The gateway's.</param>
    public GatewayTime(INodeClock clock, IEntropy entropy, string host)
    {
        _clock = clock;
        _entropy = entropy;
        _host = host;
    }

    /// <summary>Sets the wall clock by the best there is (see <see cref="CertificateTime"/>). May take some seconds.</summary>
    public void Prepare()
    {
        ClockQuality quality = _clock.Quality;
        bool isKnown = quality != ClockQuality.Unset;
        if (_isFromGateway && _clock.MonotonicMs - _setAtMs < SetAgainMs)
            return;
        long sntpUtcMs = isKnown ? -1 : Ask();
        long utcMs = CertificateTime.Choose(_clock.UtcMs, quality, sntpUtcMs);
        if (utcMs < 0)
        {
            Console.WriteLine("no time: " + _host + " does not answer SNTP, and the journal has no record. Certificates may pass for not yet valid.");
            return;
        }
        WallClock.Set(utcMs);
        _setAtMs = _clock.MonotonicMs;
        _isFromGateway = isKnown || sntpUtcMs >= 0;
    }

    private long Ask()
    {
        byte[] message = new byte[SntpCodec.Bytes];
        try
        {
            IPAddress[] addresses = Dns.GetHostEntry(_host).AddressList;
            using (Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            {
                socket.ReceiveTimeout = AnswerMs;
                EndPoint server = new IPEndPoint(addresses[0], SntpCodec.Port);
                for (int i = 0; i < Tries; i++)
                {
                    long utcMs = Ask(socket, server, message);
                    if (utcMs >= 0)
                        return utcMs;
                }
            }
        }
        catch (Exception e)
        {
            Console.WriteLine("SNTP from " + _host + ": " + e.Message);
        }
        return -1;
    }

    private long Ask(Socket socket, EndPoint server, byte[] message)
    {
        uint nonceHigh = _entropy.NextUInt32();
        uint nonceLow = _entropy.NextUInt32();
        SntpCodec.WriteRequest(message, nonceHigh, nonceLow);
        socket.SendTo(message, server);
        try
        {
            EndPoint from = server;
            int count = socket.ReceiveFrom(message, ref from);
            return SntpCodec.ReadAnswer(message, count, nonceHigh, nonceLow);
        }
        catch (SocketException)
        {
            // Nothing came within the time; the next try has another number.
            return -1;
        }
    }
}
