using System.Runtime.InteropServices;

namespace EdgeMeters.Simulation.Disk;

/// <summary>A file of a <see cref="SimulatedDisk"/>: what a reader sees, what has reached the platter, and what lies between the two.</summary>
internal sealed class SimulatedFile
{
    private const int BytesMin = 64 * 1024;

    private readonly List<Change> _unsynced = [];
    private byte[] _unsyncedBytes = [];
    private int _unsyncedCount;
    private byte[] _present = [];
    private byte[] _durable = [];
    private long _durableLength;
    private SharedMemory? _shared;

    public long Length { get; private set; }

    /// <summary>Handles that are open, each with the lock it holds.</summary>
    public List<FileHandle> Handles { get; } = [];

    /// <returns>Bytes read; the rest lies behind the end.</returns>
    public int Read(long offset, Span<byte> into)
    {
        int count = (int)Math.Clamp(Length - offset, 0, into.Length);
        _present.AsSpan((int)Math.Min(offset, Length), count).CopyTo(into);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Apply(ref _present, offset, bytes);
        Length = Math.Max(Length, offset + bytes.Length);
        Grow(ref _unsyncedBytes, _unsyncedCount + bytes.Length);
        bytes.CopyTo(_unsyncedBytes.AsSpan(_unsyncedCount));
        _unsynced.Add(new Change(offset, _unsyncedCount, bytes.Length));
        _unsyncedCount += bytes.Length;
    }

    /// <summary>Cuts the file, or lengthens it by zeros.</summary>
    public void Truncate(long length)
    {
        Cut(ref _present, Length, length);
        Length = length;
        _unsynced.Add(new Change(length, 0, Change.Cut));
    }

    public void Sync()
    {
        Keep(CollectionsMarshal.AsSpan(_unsynced));
        ForgetUnsynced();
    }

    /// <summary>What is there after a crash: of what was not synced all, or the beginning, or each change alone as chance has it.</summary>
    public void Crash(Random random)
    {
        Change[] changes = [.. _unsynced];
        switch (random.Next(3))
        {
            case 0:
                Keep(changes);
                break;
            case 1:
                int whole = random.Next(changes.Length + 1);
                Keep(changes.AsSpan(0, whole));
                if (whole < changes.Length)
                    Tear(changes[whole], random);
                break;
            default:
                random.Shuffle(changes);
                Scatter(changes, random);
                break;
        }
        ForgetUnsynced();
        Length = _durableLength;
        _present = _durable[..];
        Handles.Clear();
        _shared = null;
    }

    /// <summary>The memory that all who have the file open share.</summary>
    public SharedMemory Join(FileHandle handle)
    {
        if (_shared is not { IsUsed: true })
            _shared = new SharedMemory();
        _shared.Enter(handle);
        return _shared;
    }

    private void Keep(ReadOnlySpan<Change> changes)
    {
        foreach (var change in changes)
            Settle(change, change.Count);
    }

    // Of a cut there is no half.
    private void Tear(Change change, Random random) => Settle(change, change.Count == Change.Cut ? Change.Cut : random.Next(change.Count + 1));

    private void Scatter(Change[] changes, Random random)
    {
        foreach (var change in changes)
        {
            int fate = random.Next(3);
            if (fate == 1)
                Settle(change, change.Count);
            else if (fate == 2)
                Tear(change, random);
        }
    }

    private void ForgetUnsynced()
    {
        _unsynced.Clear();
        _unsyncedCount = 0;
    }

    private void Settle(Change change, int done)
    {
        if (done == Change.Cut)
        {
            Cut(ref _durable, _durableLength, change.Offset);
            _durableLength = change.Offset;
        }
        else if (done > 0)
        {
            Apply(ref _durable, change.Offset, _unsyncedBytes.AsSpan(change.At, done));
            _durableLength = Math.Max(_durableLength, change.Offset + done);
        }
    }

    private static void Apply(ref byte[] content, long offset, ReadOnlySpan<byte> bytes)
    {
        Grow(ref content, offset + bytes.Length);
        bytes.CopyTo(content.AsSpan((int)offset));
    }

    private static void Cut(ref byte[] content, long from, long to)
    {
        Grow(ref content, to);
        if (to < from)
            content.AsSpan((int)to, (int)(from - to)).Clear();
    }

    private static void Grow(ref byte[] content, long count)
    {
        if (count > content.Length)
            Array.Resize(ref content, (int)Math.Max(count, Math.Max(BytesMin, 2L * content.Length)));
    }

    /// <summary>A write, or a cut to the length at the offset.</summary>
    /// <param name="At">Where its bytes begin among those not synced.</param>
    private readonly record struct Change(long Offset, int At, int Count)
    {
        public const int Cut = -1;
    }
}
