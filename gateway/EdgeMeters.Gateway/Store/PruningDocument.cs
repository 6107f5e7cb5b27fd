using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace EdgeMeters.Gateway.Store;

/// <summary>A pruning as an entry of the log: a JSON document.</summary>
internal static class PruningDocument
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static byte[] Of(Pruning pruning) => JsonSerializer.SerializeToUtf8Bytes(pruning, Options);

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Pruning Read(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize<Pruning>(body, Options) is { Entries.Count: <= Pruning.EntriesMax, Hash: not null } pruning && IsUpwards(pruning.Entries))
                return pruning;
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new InvalidDataException("It is no pruning of the log.");
    }

    /// <summary>SHA-256 over, for each entry: its number and the lengths of what is left and noted (little-endian 64-bit integers), and these.</summary>
    public static string HashOf(IEnumerable<(long Entry, byte[] Body, byte[] Pruned)> left)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] numbers = new byte[3 * sizeof(long)];
        foreach (var (entry, body, pruned) in left)
        {
            BinaryPrimitives.WriteInt64LittleEndian(numbers, entry);
            BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(8), body.Length);
            BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(16), pruned.Length);
            hash.AppendData(numbers);
            hash.AppendData(body);
            hash.AppendData(pruned);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsUpwards(IReadOnlyList<long> entries)
    {
        for (int i = 1; i < entries.Count; i++)
        {
            if (entries[i] <= entries[i - 1])
                return false;
        }
        return true;
    }
}
