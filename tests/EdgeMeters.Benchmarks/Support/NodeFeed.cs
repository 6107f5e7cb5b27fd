using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Gateway.Core;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>What one node would send: the layout and, interval after interval, blocks of its households' registers.</summary>
internal sealed class NodeFeed
{
    public const int PeriodSeconds = 900;
    public const int RowsPerDay = 96;

    /// <summary>UTC seconds of the midnight at which every feed begins, 1 January 2025.</summary>
    public const uint BeginUtcSeconds = 1_735_689_600;

    private readonly Household[] _households;
    private readonly BlockEnvelope _envelope;
    private readonly ReadingBlockWriter _writer;
    private readonly byte[] _buffer = new byte[Limits.BlockBytesMax];
    private readonly uint _epoch;
    private uint _rowsMade;

    /// <param name="number">Of the node, from 0; names node and meters.</param>
    /// <param name="channels">1 is the power of a household; 4 are all of it; 16 are four households.</param>
    /// <param name="seed">The run's seed.</param>
    public NodeFeed(int number, int channels, int seed)
    {
        Name = $"node-{number:d3}";
        Key = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{Name}"));
        int households = (channels + Household.Registers - 1) / Household.Registers;
        _households = [.. Enumerable.Range(number * households, households).Select(n => new Household(n, unchecked(seed * 1_000_003 + n)))];
        Layout = [.. _households.SelectMany(h => h.Layout).Take(channels)];
        _epoch = unchecked((uint)new Random(seed + number).Next(1, int.MaxValue));
        _envelope = new BlockEnvelope(new HmacBlockMac(Name, Key));
        _writer = new ReadingBlockWriter(_envelope);
        byte[] body = new byte[Limits.LayoutBytesMax];
        int bytes = LayoutCodec.Write(Layout, body);
        LayoutId = LayoutCodec.IdOf(body, 0, bytes);
        LayoutBlock = _buffer.AsSpan(0, LayoutCodec.WriteBlock(_envelope, body, bytes, _buffer, _buffer.Length)).ToArray();
    }

    public string Name { get; }

    /// <summary>The node's key, made from the seed: a secret of nothing.</summary>
    public byte[] Key { get; }

    public ChannelLayout[] Layout { get; }

    public uint LayoutId { get; }

    public byte[] LayoutBlock { get; }

    /// <summary>The points that its meters serve.</summary>
    public IEnumerable<MeteringPoint> Points => Layout.Select(c => new MeteringPoint(
        $"P-{c.MeterSerial}", $"Point of meter {c.MeterSerial}", CarrierOf(c), c.MeterSerial, c.Register));

    /// <summary>The next rows.</summary>
    public ReadingBlock Next(int rows)
    {
        int channels = Layout.Length;
        var block = new ReadingBlock(rows * channels)
        {
            Epoch = _epoch,
            LayoutId = LayoutId,
            FirstSequence = _rowsMade + 1,
            StartUtcSeconds = BeginUtcSeconds + (_rowsMade + 1) * PeriodSeconds,
            PeriodSeconds = rows > 1 ? PeriodSeconds : 0,
            Clock = ClockQuality.Synchronised,
            Rows = rows,
            Channels = channels,
        };
        for (int row = 0; row < rows; row++, _rowsMade++)
        {
            foreach (var household in _households)
                household.Pass((int)(_rowsMade % RowsPerDay));
            for (int channel = 0; channel < channels; channel++)
                block.Registers[row * channels + channel] = _households[channel / Household.Registers].RegisterOf(channel % Household.Registers);
        }
        return block;
    }

    /// <summary>A block as the node puts it on the wire.</summary>
    public byte[] Encode(ReadingBlock block)
    {
        int bytes = _writer.Write(block, block.Rows, _buffer, _buffer.Length);
        return bytes > 0 ? _buffer.AsSpan(0, bytes).ToArray() : throw new InvalidOperationException("A block of readings does not fit the wire's limit.");
    }

    public static Carrier CarrierOf(ChannelLayout channel) => channel.Register[0] switch
    {
        '1' => Carrier.Power,
        '8' => Carrier.Water,
        '7' => Carrier.Gas,
        _ => Carrier.Heat,
    };
}
