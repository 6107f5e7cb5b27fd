using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>nanoFramework's Socket, of UDP what the firmware uses: broadcasts, and questions to an SNTP server.</summary>
public sealed class ChipSocket : IDisposable
{
    private const int SntpPort = 123;
    private const long NtpEpochMs = 2208988800000;

    private readonly SimulatedChip _chip = SimulatedChip.Current;
    private readonly Queue<(byte[] Message, EndPoint From)> _received = new();
    private bool _mayBroadcast;
    private bool _isClosed;

    public ChipSocket(AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType)
    {
        if (addressFamily != AddressFamily.InterNetwork || socketType != SocketType.Dgram || protocolType != ProtocolType.Udp)
            throw new NotSupportedException("only UDP over IPv4 is simulated");
    }

    public int ReceiveTimeout { get; set; }

    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, bool optionValue)
    {
        if (optionLevel == SocketOptionLevel.Socket && optionName == SocketOptionName.Broadcast)
            _mayBroadcast = optionValue;
    }

    public int SendTo(byte[] buffer, EndPoint remoteEP)
    {
        _chip.Threads.Touch();
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (!_chip.Network.IsUp)
            throw new SocketException((int)SocketError.NetworkUnreachable);
        IPEndPoint to = (IPEndPoint)remoteEP;
        if (to.Address.Equals(IPAddress.Broadcast))
        {
            if (!_mayBroadcast)
                throw new SocketException((int)SocketError.AccessDenied);
            _chip.Network.Broadcasts.Add((_chip.NowUs / 1000, to.Port, Encoding.ASCII.GetString(buffer)));
        }
        else if (to.Port == SntpPort && _chip.Network.SntpUtcMs != null)
        {
            byte[] question = (byte[])buffer.Clone();
            _chip.After(_chip.Network.RoundTripMs * 1000L, () => AnswerTime(question, to));
        }
        return buffer.Length;
    }

    public int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP)
    {
        long wakeUs = ReceiveTimeout <= 0 ? long.MaxValue : _chip.NowUs + ReceiveTimeout * 1000L;
        if (!_chip.Threads.Wait(wakeUs, () => _received.Count > 0))
            throw new SocketException((int)SocketError.TimedOut);
        (byte[] message, remoteEP) = _received.Dequeue();
        int count = Math.Min(buffer.Length, message.Length);
        Array.Copy(message, buffer, count);
        return count;
    }

    public void Close() => Dispose();

    public void Dispose() => _isClosed = true;

    private void AnswerTime(byte[] question, EndPoint from)
    {
        if (_chip.Network.SntpUtcMs == null)
            return;
        byte[] answer = new byte[48];
        answer[0] = 0x24;
        answer[1] = 2;
        Array.Copy(question, 40, answer, 24, 8);
        long ntpMs = _chip.Network.SntpUtcMs() + NtpEpochMs;
        Put(answer, 40, (uint)(ntpMs / 1000));
        Put(answer, 44, (uint)((ntpMs % 1000 << 32) / 1000));
        _received.Enqueue((answer, from));
    }

    private static void Put(byte[] message, int at, uint number)
    {
        for (int i = 0; i < 4; i++)
            message[at + i] = (byte)(number >> 24 - 8 * i);
    }
}
