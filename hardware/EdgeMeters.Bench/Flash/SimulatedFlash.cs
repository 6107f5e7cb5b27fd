using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Bench.Flash;

/// <summary>NOR flash in memory, with everything that flash and power supplies do to a journal.</summary>
/// <remarks>
/// The fault model:
/// <list type="bullet">
/// <item>Program only clears bits. It asserts its alignment, its sector, and that a unit of more than one byte is programmed once only, unless
/// with zeros.</item>
/// <item>The power goes before, within or after any operation. What was synced stays. Of what was not, each operation alone is kept whole,
/// dropped, or kept up to a byte: no order holds among them. The operation under way is kept up to a byte, of which a random subset of the
/// bits was reached.</item>
/// <item>An erase that the power cut short leaves each byte of a random stretch erased, untouched, or with a random subset of its bits set.</item>
/// <item>A program or an erase is silently ignored, once or from then on.</item>
/// <item>Single bits are stuck at 0 (they never erase) or at 1 (they never program).</item>
/// <item>A bit flips while nobody looks.</item>
/// </list>
/// Not modelled: reads that differ from one to the next, and bits that fade with time.
/// </remarks>
public sealed class SimulatedFlash : IBlockDevice
{
    private readonly byte[] _present;
    private readonly byte[] _durable;
    private readonly byte[] _stuckAt0;
    private readonly byte[] _stuckAt1;
    private readonly List<Operation> _unsynced = [];

    public SimulatedFlash(FlashGeometry geometry, byte[]? image = null)
    {
        SectorCount = geometry.SectorCount;
        SectorBytes = geometry.SectorBytes;
        ProgramBytes = geometry.ProgramBytes;
        _present = new byte[SectorCount * SectorBytes];
        if (image == null)
            Array.Fill(_present, (byte)0xFF);
        else
            image.CopyTo(_present, 0);
        _durable = [.. _present];
        _stuckAt0 = new byte[_present.Length];
        _stuckAt1 = new byte[_present.Length];
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

    public int Programs { get; private set; }

    public int Erases { get; private set; }

    /// <summary>Bytes of the operation under way; 0 for a sync.</summary>
    public int UnderWayBytes { get; private set; }

    public void Read(int address, byte[] buffer, int offset, int count) => Array.Copy(_present, address, buffer, offset, count);

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
        bool isIgnored = IsProgramIgnored(Programs++);
        Begin(new Operation(address, buffer.AsSpan(offset, count).ToArray(), IsErase: false), isIgnored);
    }

    public void Erase(int sector)
    {
        byte[] blank = new byte[SectorBytes];
        Array.Fill(blank, (byte)0xFF);
        bool isIgnored = IsEraseIgnored(Erases++);
        Begin(new Operation(sector * SectorBytes, blank, IsErase: true), isIgnored);
    }

    public void Sync()
    {
        UnderWayBytes = 0;
        UnderWay?.Invoke();
        foreach (Operation operation in _unsynced)
            Array.Copy(_present, operation.Address, _durable, operation.Address, operation.Bytes.Length);
        _unsynced.Clear();
    }

    /// <summary>All bytes as a reader sees them.</summary>
    public byte[] Image() => [.. _present];

    /// <summary>What is there when the power comes back, had it gone now.</summary>
    /// <param name="random">Decides about everything that was not synced.</param>
    /// <param name="doneBytes">Bytes that the operation under way had done, 0 to <see cref="UnderWayBytes"/>.</param>
    public byte[] ImageAfterCut(Random random, int doneBytes)
    {
        byte[] image = [.. _durable];
        for (int i = 0; i < _unsynced.Count; i++)
        {
            Operation operation = _unsynced[i];
            bool isUnderWay = i == _unsynced.Count - 1 && UnderWayBytes > 0;
            int length = operation.Bytes.Length;
            int done = isUnderWay ? doneBytes : random.Next(3) switch { 0 => 0, 1 => length, _ => random.Next(length + 1) };
            ApplyPartly(image, operation, done, random);
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

    private void Begin(Operation operation, bool isIgnored)
    {
        if (!isIgnored)
            _unsynced.Add(operation);
        UnderWayBytes = isIgnored ? 0 : operation.Bytes.Length;
        UnderWay?.Invoke();
        UnderWayBytes = 0;
        if (isIgnored)
            return;
        for (int i = 0; i < operation.Bytes.Length; i++)
        {
            int at = operation.Address + i;
            _present[at] = operation.IsErase ? (byte)0xFF : (byte)(_present[at] & operation.Bytes[i]);
            ApplyStuck(at);
        }
    }

    private void ApplyStuck(int at) => _present[at] = (byte)((_present[at] | _stuckAt1[at]) & ~_stuckAt0[at]);

    private static void ApplyPartly(byte[] image, Operation operation, int doneBytes, Random random)
    {
        int length = operation.Bytes.Length;
        for (int i = 0; i < doneBytes; i++)
        {
            int at = operation.Address + i;
            image[at] = operation.IsErase ? (byte)0xFF : (byte)(image[at] & operation.Bytes[i]);
        }
        if (doneBytes == 0 || doneBytes == length)
            return;
        if (!operation.IsErase)
        {
            image[operation.Address + doneBytes] &= (byte)(operation.Bytes[doneBytes] | random.Next(256));
            return;
        }
        // An erase works on all cells at once: what lies beyond is anything between what it was and blank.
        int stretch = random.Next(length - doneBytes + 1);
        for (int i = doneBytes; i < doneBytes + stretch; i++)
            image[operation.Address + i] |= (byte)(random.Next(2) == 0 ? 0 : random.Next(256));
    }

    private sealed record Operation(int Address, byte[] Bytes, bool IsErase);
}
