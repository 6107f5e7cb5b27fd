using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.Simulation.Processes;

/// <summary>A node as the gateway sees it: rows that wait in a journal, one block under way, made anew when no receipt came for it.</summary>
/// <remarks>The rows are made by the clock, faster than any meter is read; in the blocks they are a quarter of an hour apart.</remarks>
internal sealed class LoadNode
{
    public const int Channels = 8;

    private const int PeriodSeconds = 900;
    private const int RowsPerBlockMax = 32;
    private const int ConnectTimeoutMs = 5_000;
    private const int PublishTimeoutMs = 8_000;
    private const int RetryMsMax = 250;
    private const int IdleMs = 10;
    private const double MissingPart = 0.005;

    /// <summary>UTC seconds of the midnight at which all begin, 1 January 2026.</summary>
    private const uint BeginUtcSeconds = 1_767_225_600;

    private readonly Random _random;
    private readonly ReadingBlockWriter _writer;
    private readonly byte[] _buffer = new byte[Limits.BlockBytesMax];
    private readonly List<long[]> _registers = [];
    private readonly List<bool[]> _isMissing = [];
    private readonly Lock _lock = new();
    private int _rowsAcknowledged;
    private int _receipts;
    private int _refusals;

    public LoadNode(int number, int seed)
    {
        Name = $"node-{number:d3}";
        Key = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{Name}"));
        _random = new Random(unchecked(seed * 1_000_003 + number));
        Epoch = (uint)_random.Next(1, int.MaxValue);
        Layout = [.. Enumerable.Range(0, Channels).Select(c => new ChannelLayout { MeterSerial = $"M{number:d4}{c:d4}", Register = "1-0:1.8.0", Unit = Unit.Wh })];
        var envelope = new BlockEnvelope(new HmacBlockMac(Name, Key));
        _writer = new ReadingBlockWriter(envelope);
        byte[] body = new byte[Limits.LayoutBytesMax];
        int bytes = LayoutCodec.Write(Layout, body);
        LayoutId = LayoutCodec.IdOf(body, 0, bytes);
        LayoutBlock = _buffer.AsSpan(0, LayoutCodec.WriteBlock(envelope, body, bytes, _buffer, _buffer.Length)).ToArray();
    }

    public string Name { get; }

    public byte[] Key { get; }

    public uint Epoch { get; }

    public uint LayoutId { get; }

    public ChannelLayout[] Layout { get; }

    public byte[] LayoutBlock { get; }

    public IEnumerable<MeteringPoint> Points =>
        Layout.Select(c => new MeteringPoint("P-" + c.MeterSerial, "Point of meter " + c.MeterSerial, Carrier.Power, c.MeterSerial, c.Register));

    public int RowsMade
    {
        get
        {
            lock (_lock)
                return _registers.Count;
        }
    }

    /// <summary>Rows with a receipt: always the first of those made, since one block is under way at a time.</summary>
    public int RowsAcknowledged => Volatile.Read(ref _rowsAcknowledged);

    /// <summary>Receipts for blocks of readings.</summary>
    public int Receipts => Volatile.Read(ref _receipts);

    /// <summary>Blocks that went out and got no receipt.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public ReadingId IdOf(int row, int channel) => new(Name, Epoch, (uint)row + 1, (byte)channel);

    public uint EndUtcSecondsOf(int row) => BeginUtcSeconds + (uint)(row + 1) * PeriodSeconds;

    public string EndOf(int row) => UtcText.Of(EndUtcSecondsOf(row));

    public string MeterOf(int channel) => Layout[channel].MeterSerial;

    /// <summary>Null where the meter was silent.</summary>
    public long? RegisterOf(int row, int channel)
    {
        lock (_lock)
            return _isMissing[row][channel] ? null : _registers[row][channel];
    }

    /// <summary>Appends rows to the journal, up to as many in all.</summary>
    public void MakeRows(int rows)
    {
        lock (_lock)
        {
            while (_registers.Count < rows)
            {
                long[]? before = _registers.Count > 0 ? _registers[^1] : null;
                _registers.Add([.. Enumerable.Range(0, Channels).Select(c => (before?[c] ?? _random.Next(1_000_000)) + _random.Next(600))]);
                _isMissing.Add([.. Enumerable.Range(0, Channels).Select(_ => _random.NextDouble() < MissingPart)]);
            }
        }
    }

    /// <summary>As after receipts for the first rows, however they were got.</summary>
    public void Acknowledge(int rows) => Volatile.Write(ref _rowsAcknowledged, rows);

    /// <summary>Delivers until cancelled: connects, sends the layout, then blocks one at a time; whatever goes wrong, from the connection on anew.</summary>
    public async Task RunAsync(int port, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            try
            {
                await ConnectAsync(client, port, cancel);
                await PublishAsync(client, LayoutBlock, cancel);
                while (!cancel.IsCancellationRequested)
                    await DeliverAsync(client, cancel);
            }
            catch (Exception e) when (e is not InvalidDataException)
            {
                // No receipt, for whatever reason: the block is made again, with the rows that came meanwhile.
                if (!cancel.IsCancellationRequested)
                    await Task.Delay(Random.Shared.Next(RetryMsMax), CancellationToken.None);
            }
        }
    }

    // The client's own timeout does not count beside a token that can be cancelled, and a gateway may be killed before it answers.
    private async Task ConnectAsync(IMqttClient client, int port, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(ConnectTimeoutMs);
        await client.ConnectAsync(Options(port), deadline.Token);
    }

    private async Task DeliverAsync(IMqttClient client, CancellationToken cancel)
    {
        int first = RowsAcknowledged;
        int rows = Math.Min(RowsMade - first, RowsPerBlockMax);
        if (rows == 0)
        {
            await Task.Delay(IdleMs, cancel);
            return;
        }
        try
        {
            await PublishAsync(client, Encode(first, rows), cancel);
        }
        catch
        {
            Interlocked.Increment(ref _refusals);
            throw;
        }
        Volatile.Write(ref _rowsAcknowledged, first + rows);
        Interlocked.Increment(ref _receipts);
    }

    /// <summary>The block of some rows, as the node puts it on the wire.</summary>
    public byte[] Encode(int first, int rows)
    {
        var block = new ReadingBlock(rows * Channels)
        {
            Epoch = Epoch,
            LayoutId = LayoutId,
            FirstSequence = (uint)first + 1,
            StartUtcSeconds = EndUtcSecondsOf(first),
            PeriodSeconds = rows > 1 ? PeriodSeconds : 0,
            Clock = ClockQuality.Synchronised,
            Rows = rows,
            Channels = Channels,
        };
        for (int i = 0; i < rows * Channels; i++)
        {
            long? register = RegisterOf(first + i / Channels, i % Channels);
            block.Registers[i] = register ?? 0;
            block.Qualities[i] = (byte)(register == null ? Quality.Missing : Quality.Measured);
        }
        int bytes = _writer.Write(block, rows, _buffer, _buffer.Length);
        return bytes > 0 ? _buffer.AsSpan(0, bytes).ToArray() : throw new InvalidDataException("A block of readings does not fit the wire's limit.");
    }

    private async Task PublishAsync(IMqttClient client, byte[] block, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(PublishTimeoutMs);
        var answer = await client.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic(MqttIngest.TopicPrefix + Name + MqttIngest.TopicSuffix).WithPayload(block)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), deadline.Token);
        if (answer.ReasonCode != MqttClientPublishReasonCode.Success)
            throw new MqttCommunicationException($"answered with {answer.ReasonCode}");
    }

    private MqttClientOptions Options(int port) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", port)
        .WithProtocolVersion(MqttProtocolVersion.V500)
        .WithClientId(Name)
        .WithCleanStart()
        .WithTimeout(TimeSpan.FromMilliseconds(ConnectTimeoutMs))
        .Build();
}
