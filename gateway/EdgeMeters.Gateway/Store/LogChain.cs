using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeMeters.Gateway.Store;

/// <summary>The chain of hashes over the log: each entry's is made of the one before and of all that the entry says.</summary>
/// <remarks>
/// SHA-256 over: the hash before (32 bytes, 0 for the first), the entry's number, its kind, when it was received in milliseconds since 1970 and the bytes
/// of its node's name (each a little-endian 64-bit integer), the name in UTF-8, the SHA-256 of the body. So an entry that is changed, added, taken out or
/// moved changes every hash behind it, and a block that was pruned keeps its place by the hash of what it was. Whoever can write the file can make a whole new chain: against that a hash is noted elsewhere, with its entry.
/// </remarks>
internal sealed class LogChain : IDisposable
{
    public const int HashBytes = 32;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _head = new byte[HashBytes];

    /// <summary>The hash of the latest entry.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>Goes on from a hash that is known.</summary>
    public void GoOnFrom(ReadOnlySpan<byte> head) => head.CopyTo(_head);

    /// <param name="body">The body as it came.</param>
    public void Add(long number, LogEntryKind kind, string node, long receivedMs, byte[] body)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(body, hash);
        Add(number, kind, node, receivedMs, hash);
    }

    /// <param name="bodyHash">The SHA-256 of the body as it came.</param>
    public void Add(long number, LogEntryKind kind, string node, long receivedMs, ReadOnlySpan<byte> bodyHash)
    {
        Span<byte> name = stackalloc byte[Encoding.UTF8.GetMaxByteCount(node.Length)];
        name = name[..Encoding.UTF8.GetBytes(node, name)];
        Span<byte> numbers = stackalloc byte[4 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, number);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], (long)kind);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], receivedMs);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], name.Length);
        _hash.AppendData(_head);
        _hash.AppendData(numbers);
        _hash.AppendData(name);
        _hash.AppendData(bodyHash);
        _hash.GetHashAndReset(_head);
    }

    public void Dispose() => _hash.Dispose();
}
