using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>A node's day of quarter-hours, and what the forms need to know beside the readings.</summary>
internal sealed class Day
{
    public Day(int number, int channels, int seed)
    {
        Node = new NodeFeed(number, channels, seed);
        // The first day is not a day among others: the registers begin there.
        Node.Next(NodeFeed.RowsPerDay);
        Block = Node.Next(NodeFeed.RowsPerDay);
        Points = [.. Node.Points];
        foreach (long register in Block.Registers)
            Sum = unchecked(Sum + register);
    }

    public NodeFeed Node { get; }

    public ReadingBlock Block { get; }

    public MeteringPoint[] Points { get; }

    public int Readings => Block.Rows * Block.Channels;

    /// <summary>Of all registers; what every form must give back.</summary>
    public long Sum { get; }
}
