using System.Runtime.InteropServices;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Simulation.Disk;

/// <summary>A disk in memory on which SQLite keeps its databases, with everything that disks and power supplies do to them.</summary>
/// <remarks>
/// The fault model:
/// <list type="bullet">
/// <item>A sync is the only barrier. At a crash, of a file's writes and cuts that were not synced either all are kept (only the process died), or
/// the first of them and a part of the next, or each alone is kept, dropped, or kept up to a byte, in any order. Bytes beside a torn write stay as
/// they were (as SQLite takes it of a POSIX file system).</item>
/// <item>A write beyond the capacity is refused: the disk is full.</item>
/// <item>The k-th call from now fails, once or from then on, whatever call it is.</item>
/// <item>After a crash the connections of before are dead: no call of theirs does anything.</item>
/// </list>
/// Not modelled: a sync that lies, bits that decay. That a file was made or removed survives at once. One thread.
/// </remarks>
internal sealed class SimulatedDisk : IStoreDisk, IDisposable
{
    private const int Never = -1;

    private readonly Random _random;
    private readonly Dictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly GCHandle _self;
    private readonly nint _vfs;
    private int _callsToFailure = Never;
    private bool _failsForEver;
    private bool _isDisposed;
    private int _openFiles;

    /// <param name="name">Distinguishes it from other disks of this process in errors; SQLite knows it by a name made from it.</param>
    public SimulatedDisk(string name, int seed)
    {
        _random = new Random(seed);
        Vfs = $"{name}-{Guid.NewGuid():N}";
        _self = GCHandle.Alloc(this);
        _vfs = DiskCalls.Register(Vfs, GCHandle.ToIntPtr(_self));
    }

    public string Vfs { get; }

    /// <summary>Counts up with every crash.</summary>
    public int Life { get; private set; }

    public long CapacityBytes { get; set; } = long.MaxValue;

    public long UsedBytes => _files.Values.Sum(f => f.Length);

    public long FreeBytes => CapacityBytes == long.MaxValue ? long.MaxValue : CapacityBytes - UsedBytes;

    /// <summary>Calls that reached a platter.</summary>
    public long Syncs { get; private set; }

    public long Writes { get; private set; }

    public long WrittenBytes { get; private set; }

    /// <summary>Files that are open, by connections of whatever life.</summary>
    public int OpenFiles => _openFiles;

    public long Failures { get; private set; }

    /// <summary>The machine loses its supply. What was not synced is there or not; whoever held a file is dead.</summary>
    public void Crash()
    {
        Life++;
        _callsToFailure = Never;
        foreach (var file in _files.Values)
            file.Crash(_random);
    }

    /// <summary>Lets a call fail.</summary>
    /// <param name="calls">Calls until then that succeed.</param>
    public void FailAt(int calls, bool isForEver)
    {
        _callsToFailure = calls;
        _failsForEver = isForEver;
    }

    /// <summary>There is room, and no call fails.</summary>
    public void Heal()
    {
        CapacityBytes = long.MaxValue;
        _callsToFailure = Never;
    }

    public void Delete(string path) => _files.Remove(path);

    /// <summary>Connections that are still open are dead from here on, and may be closed later.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        Life++;
        _files.Clear();
        DiskCalls.Unregister(_vfs);
        _isDisposed = true;
        FreeWhenUnused();
    }

    internal Random Random => _random;

    internal bool Exists(string path) => _files.ContainsKey(path);

    /// <returns>Null when it is not there and must not be made.</returns>
    internal FileHandle? Open(string? path, bool isMade, bool isDeletedOnClose)
    {
        if (path == null)
        {
            Interlocked.Increment(ref _openFiles);
            return new FileHandle(this, new SimulatedFile(), null, Life, false);
        }
        if (!_files.TryGetValue(path, out var file))
        {
            if (!isMade)
                return null;
            _files.Add(path, file = new SimulatedFile());
        }
        var handle = new FileHandle(this, file, path, Life, isDeletedOnClose);
        file.Handles.Add(handle);
        Interlocked.Increment(ref _openFiles);
        return handle;
    }

    internal void Close(FileHandle handle)
    {
        handle.LeaveShared();
        if (!handle.IsDead)
        {
            handle.File.Handles.Remove(handle);
            if (handle.IsDeletedOnClose && handle.Path != null)
                Delete(handle.Path);
        }
        Interlocked.Decrement(ref _openFiles);
        if (_isDisposed)
            FreeWhenUnused();
    }

    /// <summary>True when this call is the one that fails.</summary>
    internal bool Fails()
    {
        if (_callsToFailure == Never)
            return false;
        if (_callsToFailure > 0)
        {
            _callsToFailure--;
            return false;
        }
        if (!_failsForEver)
            _callsToFailure = Never;
        Failures++;
        return true;
    }

    internal bool TryWrite(SimulatedFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        Writes++;
        WrittenBytes += bytes.Length;
        long growth = offset + bytes.Length - file.Length;
        if (growth > 0 && growth > FreeBytes)
            return false;
        file.Write(offset, bytes);
        return true;
    }

    internal void Sync(SimulatedFile file)
    {
        Syncs++;
        file.Sync();
    }

    // SQLite asks the file system for its name as long as a connection to it is open.
    private void FreeWhenUnused()
    {
        if (_openFiles > 0)
            return;
        DiskCalls.Free(_vfs);
        _self.Free();
    }
}
