using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Bench.Flash;

/// <summary>NOR flash in memory, or a file that keeps its semantics, with everything that flash and power supplies do to a journal.</summary>
/// <remarks>
/// The fault model:
/// <list type="bullet">
/// <item>Program only clears bits. It asserts its alignment, its sector, and that a unit of more than one byte is programmed once only, unless
/// with zeros.</item>
/// <item>The power goes before, within or after any operation. What was synced stays. Of what was not, each operation alone is kept whole,
/// dropped, or kept up to a byte: no order holds among them. The operation under way is kept up to a byte; behind it the next byte, or a random
/// stretch, has a random subset of its bits programmed.</item>
/// <item>An erase, which begins at either end, leaves each byte of a random stretch erased, untouched, or with a random subset of its bits set
/// when the power cuts it short.</item>
/// <item>On a <see cref="FlashMedium.DiskFile"/>, each disk sector of 512 bytes is as one of the writes since the last sync left it, or as the
/// sync did: the page cache is written back in any order, a disk sector whole.</item>
/// <item>On <see cref="FlashMedium.SegmentFiles"/>, a sector is written when it is synced or another one is touched, whole or not at all.</item>
/// <item>A program or an erase is silently ignored, once or from then on.</item>
/// <item>Single bits are stuck at 0 (they never erase) or at 1 (they never program).</item>
/// <item>A bit flips while nobody looks.</item>
/// <item>A read throws, once or for as long as its sector is not erased; a read tells one bit wrong, once.</item>
/// </list>
/// Counted: programs, erases, also of each sector, reads and their bytes. Not modelled: bits that fade with time.
/// </remarks>
public sealed class SimulatedFlash : IBlockDevice
{
    private const int DiskSectorBytes = 512;
    private const int None = -1;

    private readonly FlashMedium _medium;
    private readonly byte[] _present;
    private readonly byte[] _durable;
    private readonly byte[] _stuckAt0;
    private readonly byte[] _stuckAt1;
    private readonly bool[] _isUnreadable;
    private readonly int[] _erasesOf;
    private readonly List<FlashOperation> _unsynced = [];
    private int _held = None;

    public SimulatedFlash(FlashGeometry geometry, byte[]? image = null)
    {
        _medium = geometry.Medium;
        SectorCount = geometry.SectorCount;
        SectorBytes = geometry.SectorBytes;
        ProgramBytes = geometry.ProgramBytes;
        _present = new byte[geometry.Bytes];
        if (image == null)
            Array.Fill(_present, (byte)0xFF);
        else
            image.CopyTo(_present, 0);
        _durable = [.. _present];
        _stuckAt0 = new byte[_present.Length];
        _stuckAt1 = new byte[_present.Length];
        _isUnreadable = new bool[SectorCount];
        _erasesOf = new int[SectorCount];
    }

    public int SectorCount { get; }

    public int SectorBytes { get; }

    public int ProgramBytes { get; }

    /// <summary>Called with every program, erase and sync once it is under way: the moment to cut the power.</summary>
    public Action? UnderWay { get; set; }

    /// <summary>Asked with the number of each program, from 0: true ignores it.</summary>
    public Predicate<int> IsProgramIgnored { get; set; } = _ => false;

    /// <summary>Asked with the number of each erase, from 0: true ignores it.</summary>
    public Predicate<int> IsEraseIgnored { get; set; } = _ => false;

    /// <summary>Asked with the number of each read, from 0: true makes it throw.</summary>
    public Predicate<int> IsReadRefused { get; set; } = _ => false;

    /// <summary>Asked with the number of each read and its bytes: the bit of them that is told wrong this once, or a negative number.</summary>
    public Func<int, int, int> WrongBitOf { get; set; } = (_, _) => -1;

    public int Programs { get; private set; }

    public int Erases { get; private set; }

    public int Reads { get; private set; }

    public long ReadBytes { get; private set; }

    /// <summary>Times that each sector was erased.</summary>
    public IReadOnlyList<int> ErasesOf => _erasesOf;

    /// <summary>Bytes of the operation under way; 0 for a sync.</summary>
    public int UnderWayBytes { get; private set; }

    public void Read(int address, byte[] buffer, int offset, int count)
    {
        int read = Reads++;
        ReadBytes += count;
        for (int sector = address / SectorBytes; sector * SectorBytes < address + count; sector++)
        {
            Hold(sector);
            if (_isUnreadable[sector])
                throw new DeviceException($"The simulated flash cannot read sector {sector}, now or later.");
        }
        if (IsReadRefused(read))
            throw new DeviceException($"The simulated flash did not read {count} bytes at {address}, this once.");
        Array.Copy(_present, address, buffer, offset, count);
        int wrongBit = WrongBitOf(read, count);
        if (wrongBit >= 0)
            buffer[offset + wrongBit / 8] ^= (byte)(1 << wrongBit % 8);
    }

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        if (address % ProgramBytes != 0 || count % ProgramBytes != 0 || count <= 0)
            throw new InvalidOperationException($"program of {count} bytes at {address} is not aligned to {ProgramBytes}");
        if (address / SectorBytes != (address + count - 1) / SectorBytes)
            throw new InvalidOperationException($"program of {count} bytes at {address} crosses a sector's end");
        // All zero strikes out what is there: whatever the flash makes of it, it is not what it was.
        bool isStrike = buffer.AsSpan(offset, count).IndexOfAnyExcept((byte)0) < 0;
        for (int i = 0; i < count && ProgramBytes > 1 && !isStrike; i++)
        {
            if (_present[address + i] != 0xFF && _stuckAt0[address + i] == 0)
                throw new InvalidOperationException($"the unit at {address + i} is programmed twice");
        }
        Hold(address / SectorBytes);
        bool isIgnored = IsProgramIgnored(Programs++);
        Begin(new FlashOperation(address, buffer.AsSpan(offset, count).ToArray(), IsErase: false), isIgnored);
    }

    public void Erase(int sector)
    {
        Hold(sector);
        bool isIgnored = IsEraseIgnored(Erases++);
        _erasesOf[sector]++;
        Begin(new FlashOperation(sector * SectorBytes, new byte[SectorBytes], IsErase: true), isIgnored);
        _isUnreadable[sector] &= isIgnored;
    }

    public void Sync()
    {
        UnderWayBytes = 0;
        UnderWay?.Invoke();
        MakeDurable();
        _held = None;
    }

    /// <summary>All bytes as a reader sees them.</summary>
    public byte[] Image() => [.. _present];

    /// <summary>What is there when the power comes back, had it gone now.</summary>
    /// <param name="random">Decides about everything that was not synced.</param>
    /// <param name="doneBytes">Bytes that the operation under way had done, 0 to <see cref="UnderWayBytes"/>.</param>
    public byte[] ImageAfterCut(Random random, int doneBytes)
    {
        byte[] image = [.. _durable];
        if (_medium == FlashMedium.DiskFile)
            WriteBack(image, doneBytes, random);
        for (int i = 0; i < _unsynced.Count && _medium == FlashMedium.Nor; i++)
        {
            FlashOperation operation = _unsynced[i];
            int length = operation.Bytes.Length;
            int done = IsUnderWay(i) ? doneBytes : random.Next(3) switch { 0 => 0, 1 => length, _ => random.Next(length + 1) };
            operation.ApplyPartly(image, done, isNor: true, random);
        }
        return image;
    }

    public void StickAt0(int address, int bit)
    {
        _stuckAt0[address] |= (byte)(1 << bit);
        ApplyStuck(address);
    }

    public void StickAt1(int address, int bit)
    {
        _stuckAt1[address] |= (byte)(1 << bit);
        ApplyStuck(address);
    }

    /// <summary>From now on reads of this sector throw, until it is erased.</summary>
    public void MakeUnreadable(int sector) => _isUnreadable[sector] = true;

    private void Begin(FlashOperation operation, bool isIgnored)
    {
        if (!isIgnored)
            _unsynced.Add(operation);
        UnderWayBytes = isIgnored ? 0 : operation.Bytes.Length;
        UnderWay?.Invoke();
        UnderWayBytes = 0;
        if (isIgnored)
            return;
        operation.ApplyWithin(_present, 0, _present.Length, operation.Bytes.Length);
        for (int i = 0; i < operation.Bytes.Length; i++)
            ApplyStuck(operation.Address + i);
    }

    // One sector at a time is in work; to touch another one writes it.
    private void Hold(int sector)
    {
        if (_medium != FlashMedium.SegmentFiles || _held == sector)
            return;
        if (_unsynced.Count > 0)
        {
            UnderWayBytes = 0;
            UnderWay?.Invoke();
            MakeDurable();
        }
        _held = sector;
    }

    private void MakeDurable()
    {
        foreach (FlashOperation operation in _unsynced)
            Array.Copy(_present, operation.Address, _durable, operation.Address, operation.Bytes.Length);
        _unsynced.Clear();
    }

    private void WriteBack(byte[] image, int doneBytes, Random random)
    {
        for (int at = 0; at < image.Length && _unsynced.Count > 0; at += DiskSectorBytes)
        {
            int writes = random.Next(_unsynced.Count + 1);
            for (int i = 0; i < writes; i++)
                _unsynced[i].ApplyWithin(image, at, at + DiskSectorBytes, IsUnderWay(i) ? doneBytes : _unsynced[i].Bytes.Length);
        }
    }

    private bool IsUnderWay(int i) => i == _unsynced.Count - 1 && UnderWayBytes > 0;

    private void ApplyStuck(int at) => _present[at] = (byte)((_present[at] | _stuckAt1[at]) & ~_stuckAt0[at]);
}
