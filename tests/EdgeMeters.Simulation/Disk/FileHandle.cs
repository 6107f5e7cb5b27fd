namespace EdgeMeters.Simulation.Disk;

/// <summary>A file as one connection has it open.</summary>
/// <param name="life">Of the disk when it was opened; a handle of an earlier life is dead.</param>
internal sealed class FileHandle(SimulatedDisk disk, SimulatedFile file, string? path, int life, bool isDeletedOnClose)
{
    private SharedMemory? _shared;

    public SimulatedDisk Disk => disk;

    public SimulatedFile File => file;

    public string? Path => path;

    public bool IsDead => life != disk.Life;

    public bool IsDeletedOnClose => isDeletedOnClose;

    /// <summary>As SQLite counts: 0 none, 1 shared, 2 reserved, 3 pending, 4 exclusive.</summary>
    public int Lock { get; set; }

    /// <summary>Joined when the connection first asks for it.</summary>
    public SharedMemory Shared => _shared ??= file.Join(this);

    /// <summary>Held on the shared memory, one bit a lock.</summary>
    public int SharedLocks { get; set; }

    public int ExclusiveLocks { get; set; }

    public void LeaveShared()
    {
        _shared?.Leave(this);
        _shared = null;
    }
}
