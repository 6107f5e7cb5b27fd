using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeMeters.Gateway.Tests.Ingest;

/// <summary>An MQTT client byte by byte (MQTT 3.1.1 and 5.0), so that what the gateway really sent is seen and not what a library makes of it.</summary>
internal sealed class RawMqttClient : IDisposable
{
    public const byte ConnAck = 0x20;
    public const byte Publish = 0x30;
    public const byte PubAck = 0x40;
    public const byte PingResp = 0xD0;

    private const byte SubAck = 0x90;
    private const byte UnsubAck = 0xB0;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Stream _stream;
    private readonly byte _level;

    public RawMqttClient(Stream stream, byte level)
    {
        _stream = stream;
        _level = level;
    }

    /// <summary>Connects, presents itself and returns the answer's reason code.</summary>
    /// <param name="level">4 for MQTT 3.1.1, 5 for MQTT 5.</param>
    public static async Task<(RawMqttClient Client, byte Reason)> ConnectAsync(int port, string clientId, byte level)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        var client = new RawMqttClient(tcp.GetStream(), level);
        return (client, await client.PresentAsync(clientId) ?? throw new EndOfStreamException("closed without an answer"));
    }

    /// <summary>The reason code of the answer; null when the connection was closed without one.</summary>
    public async Task<byte?> PresentAsync(string clientId)
    {
        await SendAsync(0x10, [.. Text("MQTT"), _level, 0x02, 0, 60, .. Properties(), .. Text(clientId)]);
        return await ReadPacketAsync() is { } answer && answer.Type == ConnAck ? answer.Body[1] : null;
    }

    public Task PublishAsync(string topic, byte[] payload, ushort packetId = 1, byte qos = 1, bool retain = false)
    {
        byte[] identifier = qos == 0 ? [] : [(byte)(packetId >> 8), (byte)packetId];
        return SendAsync((byte)(0x30 | qos << 1 | (retain ? 1 : 0)), [.. Text(topic), .. identifier, .. Properties(), .. payload]);
    }

    /// <summary>Subscribes and returns the reason of the acknowledgement. What comes before it is lost.</summary>
    public async Task<byte> SubscribeAsync(string filter, byte qos = 1)
    {
        await SendAsync(0x82, [0, 7, .. Properties(), .. Text(filter), qos]);
        return (await SkipToAsync(SubAck))[^1];
    }

    public async Task UnsubscribeAsync(string filter)
    {
        await SendAsync(0xA2, [0, 8, .. Properties(), .. Text(filter)]);
        await SkipToAsync(UnsubAck);
    }

    public Task PingAsync() => SendAsync(0xC0, []);

    /// <summary>Takes a message apart that came at QoS 0 or 1; the identifier is 0 for QoS 0.</summary>
    public (string Topic, ushort PacketId, byte[] Payload) ReadMessage(byte[] body)
    {
        int at = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
        string topic = Encoding.UTF8.GetString(body, 2, at - 2);
        ushort identifier = 0;
        if ((LastFlags & 0x06) != 0)
        {
            identifier = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at));
            at += 2;
        }
        if (_level == 5)
            at += 1 + body[at];
        return (topic, identifier, body[at..]);
    }

    public Task AcknowledgeAsync(ushort packetId) => SendAsync(0x40, [(byte)(packetId >> 8), (byte)packetId]);

    /// <summary>Low four bits of the first byte of the packet that was read last: QoS, retained, repeated.</summary>
    public byte LastFlags { get; private set; }

    /// <summary>The next packet, or null once the gateway has closed the connection.</summary>
    public async Task<(byte Type, byte[] Body)?> ReadPacketAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            byte[] one = new byte[1];
            await _stream.ReadExactlyAsync(one, limit.Token);
            byte type = (byte)(one[0] & 0xF0);
            LastFlags = (byte)(one[0] & 0x0F);
            int length = 0;
            for (int shift = 0; ; shift += 7)
            {
                await _stream.ReadExactlyAsync(one, limit.Token);
                length |= (one[0] & 0x7F) << shift;
                if (one[0] < 0x80)
                    break;
            }
            byte[] body = new byte[length];
            await _stream.ReadExactlyAsync(body, limit.Token);
            return (type, body);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads to the end of the connection and returns the types of all packets that came.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var types = new List<byte>();
        while (await ReadPacketAsync() is { } packet)
            types.Add(packet.Type);
        return [.. types];
    }

    public void Dispose() => _stream.Dispose();

    private async Task<byte[]> SkipToAsync(byte type)
    {
        while (await ReadPacketAsync() is { } packet)
        {
            if (packet.Type == type)
                return packet.Body;
        }
        throw new EndOfStreamException($"closed without a packet of type {type:X2}");
    }

    private async Task SendAsync(byte head, byte[] body)
    {
        var packet = new List<byte> { head };
        int rest = body.Length;
        do
        {
            packet.Add((byte)(rest > 0x7F ? rest & 0x7F | 0x80 : rest));
            rest >>= 7;
        }
        while (rest > 0);
        packet.AddRange(body);
        await _stream.WriteAsync(packet.ToArray());
    }

    private byte[] Properties() => _level == 5 ? [0] : [];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] field = new byte[2 + bytes.Length];
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)bytes.Length);
        bytes.CopyTo(field, 2);
        return field;
    }
}
