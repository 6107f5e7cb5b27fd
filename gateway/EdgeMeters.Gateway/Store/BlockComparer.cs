using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>Says whether two blocks tell the same of the sequences they share.</summary>
internal static class BlockComparer
{
    /// <summary>Both blocks were parsed before and are of one kind, node and epoch.</summary>
    public static bool Agree(BlockKind kind, byte[] a, byte[] b)
    {
        // A resent block is as a rule the same to the byte.
        if (a.AsSpan().SequenceEqual(b))
            return true;
        return kind switch
        {
            BlockKind.Readings => ReadingsAgree(a, b),
            BlockKind.Events => EventsAgree(a, b),
            BlockKind.Layout => LayoutsAgree(a, b),
            _ => false,
        };
    }

    private static bool ReadingsAgree(byte[] a, byte[] b)
    {
        var (x, y) = (new ReadingBlock(Limits.ReadingsPerBlockMax), new ReadingBlock(Limits.ReadingsPerBlockMax));
        var reader = new ReadingBlockReader();
        if (reader.TryRead(a, a.Length, x) != BlockError.None || reader.TryRead(b, b.Length, y) != BlockError.None)
            return false;
        uint first = Math.Max(x.FirstSequence, y.FirstSequence);
        long end = Math.Min(x.FirstSequence + (long)x.Rows, y.FirstSequence + (long)y.Rows);
        if (first < end && (x.Channels != y.Channels || x.LayoutId != y.LayoutId || x.Clock != y.Clock))
            return false;
        for (uint sequence = first; sequence < end; sequence++)
        {
            var (i, j) = ((int)(sequence - x.FirstSequence), (int)(sequence - y.FirstSequence));
            if (x.UtcSecondsOf(i) != y.UtcSecondsOf(j))
                return false;
            if (!Row(x.Registers, i, x.Channels).SequenceEqual(Row(y.Registers, j, y.Channels))
                || !Row(x.Qualities, i, x.Channels).SequenceEqual(Row(y.Qualities, j, y.Channels)))
            {
                return false;
            }
        }
        return true;
    }

    // One CRC may name two layouts. The envelope around them changes with the node's key.
    private static bool LayoutsAgree(byte[] a, byte[] b) => Body(a).SequenceEqual(Body(b));

    private static ReadOnlySpan<byte> Body(byte[] block) =>
        block.AsSpan(BlockEnvelope.HeadBytes, block.Length - BlockEnvelope.OverheadBytes);

    private static bool EventsAgree(byte[] a, byte[] b)
    {
        var (x, y) = (new EventBlock(), new EventBlock());
        var codec = new EventBlockCodec();
        if (codec.TryRead(a, a.Length, x) != BlockError.None || codec.TryRead(b, b.Length, y) != BlockError.None)
            return false;
        uint first = Math.Max(x.FirstSequence, y.FirstSequence);
        long end = Math.Min(x.FirstSequence + (long)x.Count, y.FirstSequence + (long)y.Count);
        for (uint sequence = first; sequence < end; sequence++)
        {
            var (i, j) = ((int)(sequence - x.FirstSequence), (int)(sequence - y.FirstSequence));
            if (x.UtcSeconds[i] != y.UtcSeconds[j] || x.Codes[i] != y.Codes[j] || x.Channels[i] != y.Channels[j]
                || x.A[i] != y.A[j] || x.B[i] != y.B[j])
            {
                return false;
            }
        }
        return true;
    }

    private static ReadOnlySpan<T> Row<T>(T[] matrix, int row, int channels) => matrix.AsSpan(row * channels, channels);
}
