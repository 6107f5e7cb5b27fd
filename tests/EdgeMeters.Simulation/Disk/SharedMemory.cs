using System.Runtime.InteropServices;

namespace EdgeMeters.Simulation.Disk;

/// <summary>What the connections of one database share of the log's map, with their locks on it.</summary>
/// <remarks>
/// It lives as long as a connection uses it, also beyond a crash: a connection of the life before may still look into its memory while it is
/// closed. Whoever comes when nobody uses it finds it empty, as on Linux.
/// </remarks>
internal sealed unsafe class SharedMemory
{
    private readonly List<nint> _regions = [];
    private readonly List<FileHandle> _users = [];

    public bool IsUsed => _users.Count > 0;

    public void Enter(FileHandle handle) => _users.Add(handle);

    public void Leave(FileHandle handle)
    {
        handle.SharedLocks = handle.ExclusiveLocks = 0;
        _users.Remove(handle);
        if (IsUsed)
            return;
        foreach (nint region in _regions)
            NativeMemory.Free((void*)region);
        _regions.Clear();
    }

    /// <returns>0 when it is not there and must not be made.</returns>
    public nint Region(int region, int bytes, bool isMade)
    {
        while (isMade && _regions.Count <= region)
            _regions.Add((nint)NativeMemory.AllocZeroed((nuint)bytes));
        return region < _regions.Count ? _regions[region] : 0;
    }

    /// <param name="locks">One bit a lock.</param>
    /// <returns>False when another connection holds one that stands against it.</returns>
    public bool TryLock(FileHandle handle, int locks, bool isExclusive)
    {
        foreach (var other in _users)
        {
            if (other != handle && ((other.ExclusiveLocks & locks) != 0 || isExclusive && (other.SharedLocks & locks) != 0))
                return false;
        }
        if (isExclusive)
            handle.ExclusiveLocks |= locks;
        else
            handle.SharedLocks |= locks;
        return true;
    }

    public static void Unlock(FileHandle handle, int locks, bool isExclusive)
    {
        if (isExclusive)
            handle.ExclusiveLocks &= ~locks;
        else
            handle.SharedLocks &= ~locks;
    }
}
