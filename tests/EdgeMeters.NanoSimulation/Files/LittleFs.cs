using System;
using System.Collections.Generic;
using System.IO;

namespace EdgeMeters.NanoSimulation.Files;

/// <summary>littlefs on the chip's own flash, as nanoFramework mounts it at I:. Survives the chip that it is attached to.</summary>
/// <remarks>
/// What is written becomes durable when the file is closed, whole or not at all; a flush does nothing. Each first write after an opening takes
/// a free block, erases it and copies what lies behind; a file of up to 512 bytes lives in its directory's block and takes none. All of it
/// keeps the flash busy, and whatever runs on the chip waits.
/// </remarks>
public sealed class LittleFs
{
    public const int BlockBytes = 4096;

    /// <summary>Cache size: files up to it are inline.</summary>
    public const int InlineBytesMax = 512;

    private const int OpenUs = 2000;
    private const int ReadUs = 200;
    private const int EraseUs = 45000;
    private const int ProgramUs = 10000;
    private const int CommitUs = 3000;

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private SimulatedChip? _chip;

    public LittleFs(int blockCount = 64)
    {
        BlockCount = blockCount;
    }

    public int BlockCount { get; }

    /// <summary>Operations so far at which the power can go: making, first writing, closing and removing a file.</summary>
    public int Operations { get; private set; }

    /// <summary>Called with every operation, before it has any effect and after it: the moment to cut the power.</summary>
    public Action? UnderWay { get; set; }

    /// <summary>Asked with the number of each operation: true makes it fail, as worn flash does.</summary>
    public Predicate<int> Fails { get; set; } = _ => false;

    /// <summary>Erases of data blocks, for the wear.</summary>
    public int Erases { get; private set; }

    public int FileCount => _files.Count;

    public int BlocksUsed
    {
        get
        {
            // The superblock and the root's pair.
            int blocks = 4;
            foreach (byte[] content in _files.Values)
                blocks += BlocksOf(content.Length);
            return blocks;
        }
    }

    /// <summary>What the power would leave, had it gone now.</summary>
    public LittleFs Copy()
    {
        LittleFs copy = new(BlockCount);
        foreach (KeyValuePair<string, byte[]> file in _files)
            copy._files.Add(file.Key, file.Value);
        return copy;
    }

    /// <summary>Durable bytes of a file; null when there is none.</summary>
    public byte[]? Content(string path) => _files.GetValueOrDefault(Name(path));

    /// <summary>Puts a file there, or takes it away, behind the chip's back.</summary>
    public void Put(string path, byte[]? content)
    {
        if (content == null)
            _files.Remove(Name(path));
        else
            _files[Name(path)] = content;
    }

    internal void Attach(SimulatedChip chip)
    {
        _chip = chip;
        _open.Clear();
    }

    internal bool Exists(string path)
    {
        Chip.Threads.Touch();
        Chip.Spend(OpenUs / 2);
        return _files.ContainsKey(Name(path));
    }

    internal void Delete(string path)
    {
        Operate(() => _files.Remove(Name(path)), CommitUs);
    }

    /// <returns>What is in the file.</returns>
    internal byte[] Open(string path, FileMode mode)
    {
        string name = Name(path);
        Chip.Threads.Touch();
        Chip.Spend(OpenUs);
        if (!_open.Add(name))
            throw new IOException($"{path} is open already");
        try
        {
            bool isThere = _files.TryGetValue(name, out byte[]? content);
            if (mode == FileMode.Open && !isThere)
                throw new IOException($"{path} is not there");
            if (mode == FileMode.CreateNew && isThere)
                throw new IOException($"{path} is there already");
            if (!isThere)
                Operate(() => _files[name] = [], CommitUs);
            return isThere && mode != FileMode.Create && mode != FileMode.Truncate ? content! : [];
        }
        catch
        {
            _open.Remove(name);
            throw;
        }
    }

    internal void BeginWrite(string path, int oldBytes, int firstByte, int newBytes)
    {
        int blocks = newBytes <= InlineBytesMax ? 0 : BlocksOf(newBytes) - firstByte / BlockBytes;
        if (BlocksUsed - BlocksOf(oldBytes) + Math.Max(BlocksOf(oldBytes), BlocksOf(newBytes)) + blocks > BlockCount)
            throw new IOException($"no space for {path}");
        Erases += blocks;
        Operate(() => { }, blocks * (EraseUs + ProgramUs));
    }

    internal void Close(string path, byte[]? written)
    {
        string name = Name(path);
        try
        {
            if (written == null)
                Chip.Threads.Touch();
            else
                Operate(() => _files[name] = written, CommitUs);
        }
        finally
        {
            _open.Remove(name);
        }
    }

    internal void SpendReading() => Chip.Spend(ReadUs);

    private SimulatedChip Chip => _chip ?? throw new InvalidOperationException("the file system is on no chip");

    private static int BlocksOf(int bytes) => bytes <= InlineBytesMax ? 0 : (bytes + BlockBytes - 1) / BlockBytes;

    private static string Name(string path)
    {
        if (!path.StartsWith("I:\\", StringComparison.Ordinal) || path.Length < 4)
            throw new IOException($"{path} is on no drive of the chip");
        return path[3..];
    }

    private void Operate(Action effect, int us)
    {
        Chip.Threads.Touch();
        int number = Operations++;
        UnderWay?.Invoke();
        Chip.Threads.Touch();
        Chip.SpendOnFlash(us);
        if (Fails(number))
            throw new IOException("the flash failed");
        effect();
        UnderWay?.Invoke();
        Chip.Threads.Touch();
    }
}
