using System.Runtime.InteropServices;
using EdgeMeters.Metering.Ports;
using Microsoft.Win32.SafeHandles;

namespace EdgeMeters.HostNode;

/// <summary>A journal's sectors in one file of fixed size, all of which is written when it is made: a full disk cannot stop a node that runs.</summary>
/// <remarks>
/// Keeps NOR semantics: <see cref="Program"/> clears bits and sets none. <see cref="Sync"/> is fsync. Once an fsync has failed the kernel may
/// have dropped the pages and call them clean, so every later one fails too. The file is locked: one node, one journal.
/// </remarks>
public sealed partial class FileBlockDevice : IBlockDevice, IDisposable
{
    public const int SectorKiB = 4;
    public const int KiBMin = 3 * SectorKiB;

    /// <summary>64 MiB: decades of a large node, and found through in a second at start.</summary>
    public const int KiBMax = 64 * 1024;

    private const int SectorSize = SectorKiB * 1024;

    /// <summary>EAGAIN, which flock reports for a file that another holds; .NET passes errno on as HResult.</summary>
    private const int Locked = 11;

    /// <summary>O_CLOEXEC; read only is 0. A directory is opened for nothing but its fsync.</summary>
    private const int CloseOnExec = 0x80000;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;
    private readonly byte[] _present = new byte[SectorSize];
    private readonly byte[] _erased = new byte[SectorSize];
    private bool _isBroken;

    private FileBlockDevice(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        _handle = stream.SafeFileHandle;
        SectorCount = (int)(stream.Length / SectorSize);
        Array.Fill(_erased, (byte)0xFF);
    }

    public int SectorCount { get; }

    public int SectorBytes => SectorSize;

    public int ProgramBytes => 1;

    /// <summary>Opens a journal's file, or makes one.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="sizeKiB">Its size, a multiple of <see cref="SectorKiB"/>. A file that is there must have this size.</param>
    /// <exception cref="DeviceException">Named: held by another node, of another size, not to be read or written.</exception>
    public static FileBlockDevice Open(string path, int sizeKiB)
    {
        if (sizeKiB < KiBMin || sizeKiB > KiBMax || sizeKiB % SectorKiB != 0)
            throw new DeviceException($"Journal size {sizeKiB} KiB: use a multiple of {SectorKiB} from {KiBMin} to {KiBMax}.");
        FileStream? stream = null;
        try
        {
            if (!File.Exists(path))
                Make(path, sizeKiB);
            stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            FileBlockDevice device = new(path, stream);
            device.CheckSize(sizeKiB);
            return device;
        }
        catch (DeviceException)
        {
            stream?.Dispose();
            throw;
        }
        catch (IOException e) when (e.HResult == Locked)
        {
            throw new DeviceException($"Journal {path} is in use by another node: stop that one, or give this one a file of its own.", e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new DeviceException($"Journal {path}: its directory does not exist. Make it (mkdir -p), owned by the user the node runs as.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new DeviceException($"Journal {path} cannot be opened ({e.Message}): check the path, the owner and the space on the disk.", e);
        }
    }

    public void Read(int address, byte[] buffer, int offset, int count)
    {
        try
        {
            int done = 0;
            while (done < count)
            {
                int read = RandomAccess.Read(_handle, buffer.AsSpan(offset + done, count - done), address + done);
                if (read == 0)
                    throw Failed("is shorter than it was", null);
                done += read;
            }
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed("cannot be read", e);
        }
    }

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        ThrowIfBroken();
        while (count > 0)
        {
            int part = Math.Min(count, SectorSize);
            Read(address, _present, 0, part);
            for (int i = 0; i < part; i++)
                _present[i] &= buffer[offset + i];
            Write(address, _present, part);
            address += part;
            offset += part;
            count -= part;
        }
    }

    public void Erase(int sector)
    {
        ThrowIfBroken();
        Write(sector * SectorSize, _erased, SectorSize);
    }

    public void Sync()
    {
        ThrowIfBroken();
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception e) when (IsFailure(e))
        {
            _isBroken = true;
            throw Failed("cannot be brought to the disk", e);
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Write(int address, byte[] bytes, int count)
    {
        try
        {
            RandomAccess.Write(_handle, bytes.AsSpan(0, count), address);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed("cannot be written", e);
        }
    }

    // Under a name of its own until it is whole, so that a power cut leaves no half journal behind.
    private static void Make(string path, int sizeKiB)
    {
        string making = path + ".making";
        byte[] erased = new byte[SectorSize];
        Array.Fill(erased, (byte)0xFF);
        using (FileStream file = new(making, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (int written = 0; written < sizeKiB; written += SectorKiB)
                file.Write(erased);
            file.Flush(flushToDisk: true);
        }
        File.Move(making, path, overwrite: false);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    // A new name survives a power cut only once its directory is on the disk; .NET opens no directories.
    private static void SyncDirectory(string directory)
    {
        using SafeFileHandle handle = OpenPath(directory, CloseOnExec);
        if (handle.IsInvalid || FileSync(handle) != 0)
            throw new IOException($"directory {directory} cannot be brought to the disk, error {Marshal.GetLastPInvokeError()}");
    }

    private void CheckSize(int sizeKiB)
    {
        if (_stream.Length != sizeKiB * 1024L)
        {
            throw new DeviceException($"Journal {_path} has {_stream.Length / 1024.0:0.###} KiB, the configuration says {sizeKiB}: "
                + "set journal.sizeKiB to the file's size, or move the file away once the gateway has all of it.");
        }
    }

    private void ThrowIfBroken()
    {
        if (_isBroken)
            throw Failed("failed to reach the disk before; what was written since is not safe", null);
    }

    private DeviceException Failed(string what, Exception? cause)
    {
        string message = $"Journal {_path} {what}{(cause == null ? "" : " (" + cause.Message + ")")}: check the disk and its mount (dmesg), then start the node again.";
        return cause == null ? new DeviceException(message) : new DeviceException(message, cause);
    }

    private static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenPath(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle handle);
}
