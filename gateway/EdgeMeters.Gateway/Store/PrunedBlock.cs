using System.Security.Cryptography;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>What is left of a block of readings that was pruned, and what is noted of it.</summary>
/// <remarks>
/// Left is a block of the wire's own format without a key, with all its labels; the registers of the rows that are not kept are stated as missing. Noted
/// is the SHA-256 of the block as it came, by which it keeps its place in the chain of hashes, and a bit for each row that is kept, the lowest first.
/// </remarks>
internal static class PrunedBlock
{
    /// <summary>What a reading takes in the projections, from which it goes as well.</summary>
    private const int BytesInProjections = 7;

    private static readonly BlockEnvelope Envelope = new(new NoMac());

    /// <param name="body">The block as it came.</param>
    /// <param name="block">The same, read; what is not kept is blanked.</param>
    /// <param name="isKept">For each row.</param>
    /// <returns>Null where that would take more room than the block.</returns>
    public static (byte[] Body, byte[] Pruned)? Of(byte[] body, ReadingBlock block, IReadOnlyList<bool> isKept)
    {
        byte[] pruned = new byte[LogChain.HashBytes + (block.Rows + 7) / 8];
        SHA256.HashData(body, pruned);
        for (int row = 0; row < block.Rows; row++)
        {
            if (isKept[row])
            {
                pruned[LogChain.HashBytes + row / 8] |= (byte)(1 << row % 8);
                continue;
            }
            Array.Clear(block.Registers, row * block.Channels, block.Channels);
            Array.Fill(block.Qualities, (byte)Quality.Missing, row * block.Channels, block.Channels);
        }
        byte[] left = new byte[Limits.BlockBytesMax];
        int count = new ReadingBlockWriter(Envelope).Write(block, block.Rows, left, left.Length);
        return count > 0 && count + pruned.Length < body.Length + block.Rows * block.Channels * BytesInProjections ? (left[..count], pruned) : null;
    }

    public static bool KeepsRow(byte[] pruned, int row) =>
        LogChain.HashBytes + row / 8 < pruned.Length && (pruned[LogChain.HashBytes + row / 8] & 1 << row % 8) != 0;

    /// <summary>The SHA-256 of the block as it came.</summary>
    public static ReadOnlySpan<byte> HashOf(byte[] pruned) => pruned.AsSpan(0, Math.Min(LogChain.HashBytes, pruned.Length));
}
