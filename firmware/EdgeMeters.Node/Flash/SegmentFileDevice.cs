using System;
using System.IO;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Flash;

/// <summary>A block device in files of the chip's own flash, drive I: (littlefs): one file a sector, each of exactly one block of the file system.</summary>
/// <remarks>
/// littlefs never overwrites: a write takes a free block, and what lies behind it in the file is copied too; so a sector that is a file of one
/// block costs one erase and one commit. A file is durable, whole or not at all, when it is closed; a flush reaches no flash. The sector in
/// work is held in one buffer and written at <see cref="Sync"/>, or earlier when another sector is touched. After a sync a reading comes from
/// the files again, so that who reads back sees what was kept. A sector whose file is missing or short reads as erased from there on: the
/// file system formats itself when it cannot be mounted, and the journal then begins anew and says so. While flash is erased (45 ms, 400 at
/// worst) nothing managed runs and edges at pins wait. Not safe for two threads: <see cref="Metering.Storage.BlockRegion"/> is.
/// </remarks>
public sealed class SegmentFileDevice : IBlockDevice
{
    /// <summary>One block of littlefs on ESP32.</summary>
    public const int SegmentBytes = 4096;

    /// <summary>Copy on write takes a free block, and compacting a directory another two.</summary>
    public const int SpareBlocks = 4;

    /// <summary>The config partition has 64 blocks, of which certificates and the file system's own take up to 10.</summary>
    public const int SegmentsMax = 99;

    private const int None = -1;

    private readonly string _prefix;
    private readonly byte[] _sector = new byte[SegmentBytes];
    private int _held = None;
    private bool _isDirty;

    /// <summary>Makes the files that are missing, and makes sure that there is space to write them again.</summary>
    /// <param name="prefix">Begin of the files' names, as I:\j; two digits follow.</param>
    /// <param name="sectorCount">1 to <see cref="SegmentsMax"/>.</param>
    /// <exception cref="DeviceException">The drive is missing, worn or too small.</exception>
    public SegmentFileDevice(string prefix, int sectorCount)
    {
        if (sectorCount < 1 || sectorCount > SegmentsMax)
            throw new DeviceException(prefix + ": " + sectorCount.ToString() + " segments; use 1 to " + SegmentsMax.ToString() + ".");
        _prefix = prefix;
        SectorCount = sectorCount;
        for (int i = 0; i < sectorCount; i++)
        {
            if (!IsWhole(i))
                SegmentsMade++;
        }
        // There is no way to ask for free space: take the spare blocks first and give them back last, so that a start that did not get all
        // of it finds a segment missing next time too.
        if (SegmentsMade > 0)
            MakeSegments();
        for (int i = sectorCount; i < sectorCount + SpareBlocks; i++)
            Delete(i);
    }

    public int SectorCount { get; }

    public int SectorBytes
    {
        get { return SegmentBytes; }
    }

    public int ProgramBytes
    {
        get { return 1; }
    }

    /// <summary>Files that the start found missing or short: all of them on a new chip; fewer after a start that was cut short; none afterwards.</summary>
    public int SegmentsMade { get; private set; }

    public void Read(int address, byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            int within = address % SegmentBytes;
            int part = SegmentBytes - within;
            if (part > count)
                part = count;
            Hold(address / SegmentBytes);
            Array.Copy(_sector, within, buffer, offset, part);
            address += part;
            offset += part;
            count -= part;
        }
    }

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            int within = address % SegmentBytes;
            int part = SegmentBytes - within;
            if (part > count)
                part = count;
            Hold(address / SegmentBytes);
            for (int i = 0; i < part; i++)
                _sector[within + i] &= buffer[offset + i];
            _isDirty = true;
            address += part;
            offset += part;
            count -= part;
        }
    }

    public void Erase(int sector)
    {
        RequireSector(sector);
        if (_held != sector)
            WriteHeld();
        Blank();
        _held = sector;
        _isDirty = true;
    }

    public void Sync()
    {
        WriteHeld();
        _held = None;
    }

    private void Hold(int sector)
    {
        if (_held == sector)
            return;
        RequireSector(sector);
        WriteHeld();
        _held = None;
        Load(sector);
        _held = sector;
    }

    private void WriteHeld()
    {
        if (!_isDirty)
            return;
        // Dirty until it is written: after a failure the next sync tries again, and never reports what is not there.
        Write(_held);
        _isDirty = false;
    }

    private void Load(int sector)
    {
        Blank();
        FileStream? file = null;
        try
        {
            if (!File.Exists(PathOf(sector)))
                return;
            file = new FileStream(PathOf(sector), FileMode.Open, FileAccess.Read);
            int done = 0;
            while (done < SegmentBytes)
            {
                int read = file.Read(_sector, done, SegmentBytes - done);
                if (read <= 0)
                    break;
                done += read;
            }
        }
        catch (Exception e)
        {
            throw Failed(sector, "cannot be read", e);
        }
        finally
        {
            if (file != null)
                file.Dispose();
        }
    }

    private void Write(int sector)
    {
        try
        {
            FileStream file = new FileStream(PathOf(sector), FileMode.OpenOrCreate, FileAccess.ReadWrite);
            try
            {
                file.Write(_sector, 0, SegmentBytes);
            }
            finally
            {
                // The barrier; it throws when the file system could not keep what was written.
                file.Dispose();
            }
        }
        catch (Exception e)
        {
            throw Failed(sector, "cannot be written", e);
        }
    }

    private void MakeSegments()
    {
        for (int i = SectorCount + SpareBlocks - 1; i >= 0; i--)
        {
            if (IsWhole(i))
                continue;
            Load(i);
            Write(i);
        }
    }

    // A file is there from its first opening on, and empty until its first closing: a start that was cut short or found no room leaves one.
    private bool IsWhole(int sector)
    {
        try
        {
            if (!File.Exists(PathOf(sector)))
                return false;
            using (FileStream file = new FileStream(PathOf(sector), FileMode.Open, FileAccess.Read))
                return file.Length >= SegmentBytes;
        }
        catch (Exception e)
        {
            throw Failed(sector, "cannot be opened", e);
        }
    }

    private void Delete(int sector)
    {
        try
        {
            if (File.Exists(PathOf(sector)))
                File.Delete(PathOf(sector));
        }
        catch (Exception e)
        {
            throw Failed(sector, "cannot be removed", e);
        }
    }

    private void Blank()
    {
        for (int i = 0; i < SegmentBytes; i++)
            _sector[i] = 0xFF;
    }

    private void RequireSector(int sector)
    {
        if (sector < 0 || sector >= SectorCount)
            throw new ArgumentException("no sector " + sector.ToString());
    }

    private string PathOf(int sector)
    {
        return _prefix + (sector / 10).ToString() + (sector % 10).ToString();
    }

    private DeviceException Failed(int sector, string what, Exception cause)
    {
        return new DeviceException(PathOf(sector) + " " + what + " (" + cause.Message + "): free space on drive I:, or replace the board.", cause);
    }
}
