using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>Makes a node's blocks as they reach the store: written by the wire's own code, and let through by the gate.</summary>
internal sealed class NodeUnderTest
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const uint NewYear = 1_767_225_600;

    public const int QuarterHour = 900;

    private readonly BlockEnvelope _envelope;
    private readonly BlockGate _gate;
    private readonly byte[] _layoutBody = new byte[Limits.LayoutBytesMax];
    private readonly int _layoutCount;

    public NodeUnderTest(string name, uint epoch, params ChannelLayout[] channels)
        : this(name, epoch, new NoMac(), channels)
    {
    }

    public NodeUnderTest(string name, uint epoch, IBlockMac mac, params ChannelLayout[] channels)
    {
        Name = name;
        Epoch = epoch;
        _envelope = new BlockEnvelope(mac);
        _gate = new BlockGate(name, mac);
        _layoutCount = LayoutCodec.Write(channels, _layoutBody);
        Assert.NotEqual(0, _layoutCount);
        LayoutId = LayoutCodec.IdOf(_layoutBody, 0, _layoutCount);
    }

    public string Name { get; }

    public uint Epoch { get; }

    public uint LayoutId { get; }

    public static ChannelLayout Power(string meter) => new() { MeterSerial = meter, Register = "1-0:1.8.0", Unit = Unit.Wh };

    /// <summary>Rows of one channel, a quarter of an hour apart.</summary>
    public static NodeRow[] QuarterHours(uint firstSequence, uint firstEnd, params long?[] registers) =>
        [.. registers.Select((register, i) => new NodeRow(firstSequence + (uint)i, firstEnd + QuarterHour * (uint)i, [register]))];

    public IncomingBlock Layout()
    {
        byte[] block = new byte[Limits.BlockBytesMax];
        return Admit(block, LayoutCodec.WriteBlock(_envelope, _layoutBody, _layoutCount, block, block.Length));
    }

    /// <summary>One block of rows, which must be one period apart and of one clock.</summary>
    public IncomingBlock Block(params ReadOnlySpan<NodeRow> rows)
    {
        int channels = rows[0].Registers.Length;
        var readings = new ReadingBlock(rows.Length * channels)
        {
            Epoch = Epoch,
            LayoutId = LayoutId,
            FirstSequence = rows[0].Sequence,
            StartUtcSeconds = rows[0].EndUtcSeconds,
            PeriodSeconds = rows.Length > 1 ? (int)(rows[1].EndUtcSeconds - rows[0].EndUtcSeconds) : 0,
            Clock = rows[0].Clock,
            Rows = rows.Length,
            Channels = channels,
        };
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.Equal(readings.FirstSequence + row, rows[row].Sequence);
            Assert.Equal(readings.UtcSecondsOf(row), rows[row].EndUtcSeconds);
            for (int channel = 0; channel < channels; channel++)
            {
                readings.Registers[row * channels + channel] = rows[row].Registers[channel] ?? 0;
                readings.Qualities[row * channels + channel] = (byte)(rows[row].Registers[channel] == null ? Quality.Missing : Quality.Measured);
            }
        }
        byte[] block = new byte[Limits.BlockBytesMax];
        return Admit(block, new ReadingBlockWriter(_envelope).Write(readings, rows.Length, block, block.Length));
    }

    /// <summary>As many rows from <paramref name="first"/> on as one block takes, at most <paramref name="rowsMax"/>.</summary>
    public IncomingBlock BlockFrom(NodeRow[] rows, int first, int rowsMax)
    {
        int count = 1;
        while (first + count < rows.Length && count < rowsMax && Continues(rows, first, count))
            count++;
        return Block(rows.AsSpan(first, count));
    }

    public IncomingBlock Events(uint firstSequence, params (uint UtcSeconds, EventCode Code, byte Channel, long A, long B)[] events)
    {
        var block = new EventBlock { Epoch = Epoch, LayoutId = LayoutId, FirstSequence = firstSequence, Count = events.Length };
        for (int i = 0; i < events.Length; i++)
            (block.UtcSeconds[i], block.Codes[i], block.Channels[i], block.A[i], block.B[i]) = (events[i].UtcSeconds, (byte)events[i].Code, events[i].Channel, events[i].A, events[i].B);
        byte[] bytes = new byte[Limits.BlockBytesMax];
        return Admit(bytes, new EventBlockCodec().Write(_envelope, block, bytes, bytes.Length));
    }

    private static bool Continues(NodeRow[] rows, int first, int count)
    {
        var (next, last) = (rows[first + count], rows[first + count - 1]);
        long distance = (long)next.EndUtcSeconds - last.EndUtcSeconds;
        return next.Sequence == last.Sequence + 1 && next.Clock == last.Clock && distance is > 0 and <= Limits.PeriodSecondsMax
            && (count == 1 || distance == (long)rows[first + 1].EndUtcSeconds - rows[first].EndUtcSeconds);
    }

    private IncomingBlock Admit(byte[] buffer, int count)
    {
        Assert.NotEqual(0, count);
        var (error, block, _) = _gate.Check(buffer[..count]);
        Assert.Equal(BlockError.None, error);
        return block!;
    }
}
