using System.Runtime.InteropServices;

namespace EdgeMeters.Simulation.Disk;

/// <summary>A file of a <see cref="SimulatedDisk"/>: what a reader sees, what has reached the platter, and what lies between the two.</summary>
internal sealed unsafe class SimulatedFile
{
    private const int BytesMin = 64 * 1024;
    private const int LocksMax = 8;

    private readonly List<Change> _unsynced = [];
    private readonly List<nint> _shared = [];
    private readonly int[] _sharedLocks = new int[LocksMax];
    private readonly bool[] _exclusiveLocks = new bool[LocksMax];
    private byte[] _present = [];
    private byte[] _durable = [];
    private long _durableLength;

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
        _unsynced.Add(new Change(offset, bytes.ToArray()));
    }

    public void Truncate(long length)
    {
        if (length < Length)
            _present.AsSpan((int)length, (int)(Length - length)).Clear();
        Length = length;
        _unsynced.Add(new Change(length, null));
    }

    public void Sync()
    {
        foreach (var change in _unsynced)
            Settle(change, change.Bytes?.Length ?? 0);
        _unsynced.Clear();
    }

    /// <summary>What is there after the power went: of what was not synced each change alone is kept, dropped or torn, in any order.</summary>
    public void Crash(Random random)
    {
        Change[] changes = [.. _unsynced];
        random.Shuffle(changes);
        foreach (var change in changes)
        {
            switch (random.Next(3))
            {
                case 0:
                    break;
                case 1:
                    Settle(change, change.Bytes?.Length ?? 0);
                    break;
                default:
                    Settle(change, random.Next((change.Bytes?.Length ?? 0) + 1));
                    break;
            }
        }
        _unsynced.Clear();
        Length = _durableLength;
        _present = _durable[..];
        Handles.Clear();
        ForgetShared();
    }

    /// <summary>Memory that the connections share, in regions.</summary>
    public nint Shared(int region, int bytes, bool isMade)
    {
        while (isMade && _shared.Count <= region)
            _shared.Add((nint)NativeMemory.AllocZeroed((nuint)bytes));
        return region < _shared.Count ? _shared[region] : 0;
    }

    /// <summary>Takes or gives back locks of the shared memory.</summary>
    /// <returns>False when another connection holds one that stands against it.</returns>
    public bool TryLockShared(FileHandle handle, int first, int count, bool isTaken, bool isExclusive)
    {
        for (int i = first; isTaken && i < first + count; i++)
        {
            bool isHeldByOthers = _sharedLocks[i] > (handle.SharedLocks[i] ? 1 : 0);
            if (_exclusiveLocks[i] && !handle.ExclusiveLocks[i] || isExclusive && isHeldByOthers)
                return false;
        }
        for (int i = first; i < first + count; i++)
        {
            if (isExclusive)
            {
                _exclusiveLocks[i] = isTaken;
                handle.ExclusiveLocks[i] = isTaken;
            }
            else if (handle.SharedLocks[i] != isTaken)
            {
                _sharedLocks[i] += isTaken ? 1 : -1;
                handle.SharedLocks[i] = isTaken;
            }
        }
        return true;
    }

    public void ForgetShared()
    {
        foreach (nint region in _shared)
            NativeMemory.Free((void*)region);
        _shared.Clear();
        Array.Clear(_sharedLocks);
        Array.Clear(_exclusiveLocks);
    }

    private void Settle(Change change, int done)
    {
        if (change.Bytes == null)
        {
            if (change.Offset < _durableLength)
                _durable.AsSpan((int)change.Offset, (int)(_durableLength - change.Offset)).Clear();
            _durableLength = change.Offset;
            return;
        }
        if (done == 0)
            return;
        Apply(ref _durable, change.Offset, change.Bytes.AsSpan(0, done));
        _durableLength = Math.Max(_durableLength, change.Offset + done);
    }

    private static void Apply(ref byte[] content, long offset, ReadOnlySpan<byte> bytes)
    {
        long end = offset + bytes.Length;
        if (end > content.Length)
            Array.Resize(ref content, (int)Math.Max(end, Math.Max(BytesMin, 2L * content.Length)));
        bytes.CopyTo(content.AsSpan((int)offset));
    }

    /// <summary>A write, or with no bytes a cut to the length at the offset.</summary>
    private sealed record Change(long Offset, byte[]? Bytes);
}
