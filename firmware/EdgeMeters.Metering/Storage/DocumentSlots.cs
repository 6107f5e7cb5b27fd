using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Storage;

/// <summary>Keeps one document in two slots of a device: a write takes the whole place of the older one or none, the one before stays readable.</summary>
/// <remarks>
/// <para>
/// A write goes to the slot that is not in force: its head is struck out, its sectors erased as the body reaches them, the body programmed and
/// read back, the head programmed last. Until the head is whole the document before is in force, so a power cut anywhere leaves one of the two.
/// </para>
/// <para>
/// A slot may have marks: single flags that are set once, in any order, and go with the slot's next erase.
/// </para>
/// <para>Not for several threads. Allocates in its constructor only. Methods throw <see cref="DeviceException"/> when the device does.</para>
/// </remarks>
public sealed class DocumentSlots
{
    public const int SlotCount = 2;
    public const int MarksMax = 8;

    /// <summary>No slot.</summary>
    public const int None = -1;

    private const int StageBytes = 256;
    private const int MarkBytes = 8;

    private readonly IBlockDevice _device;
    private readonly int _marks;
    private readonly int _bodyOffset;
    private readonly SlotHead[] _heads = new SlotHead[SlotCount];
    private readonly byte[] _stage = new byte[StageBytes];
    private readonly byte[] _verify = new byte[StageBytes];
    private readonly ByteWriter _writer = new ByteWriter();
    private readonly ByteReader _reader = new ByteReader();

    // The write under way: its slot, the document's bytes, those appended, those of them in _stage, and sectors erased.
    private int _slot = None;
    private int _count;
    private int _appended;
    private int _staged;
    private int _erased;
    private uint _crc;
    private int _lastSlot = SlotCount - 1;

    /// <summary>Halves the device into two slots and reads what they hold.</summary>
    /// <param name="device">At least two sectors; a program unit of at most 256 bytes that divides the sector. An odd last sector stays unused.</param>
    /// <param name="marks">Flags of each slot, 0 to <see cref="MarksMax"/>.</param>
    public DocumentSlots(IBlockDevice device, int marks)
    {
        if (marks < 0 || marks > MarksMax)
            throw new ArgumentException("a slot has 0 to 8 marks");
        if (device.SectorCount < SlotCount || StageBytes % device.ProgramBytes != 0 || device.SectorBytes % StageBytes != 0)
            throw new DeviceException("Document slots need at least 2 sectors, of whole 256 bytes, and a program unit that divides 256.");
        _device = device;
        _marks = marks;
        _bodyOffset = Align(SlotHead.Bytes) + marks * Align(MarkBytes);
        SlotBytes = device.SectorCount / SlotCount * device.SectorBytes;
        BytesMax = SlotBytes - _bodyOffset;
        if (_bodyOffset >= device.SectorBytes)
            throw new DeviceException("A sector of " + device.SectorBytes.ToString() + " bytes is too small for a slot's head and marks.");
        for (int slot = 0; slot < SlotCount; slot++)
            _heads[slot] = new SlotHead();
        Reload();
    }

    /// <summary>Bytes of a slot, head and marks included.</summary>
    public int SlotBytes { get; }

    /// <summary>Longest document.</summary>
    public int BytesMax { get; }

    /// <summary>The slot of the newest whole document, or <see cref="None"/>.</summary>
    public int SlotInForce
    {
        get
        {
            bool isFirst = _heads[0].State == SlotState.Whole;
            bool isSecond = _heads[1].State == SlotState.Whole;
            if (isFirst && isSecond)
                return _heads[0].Generation > _heads[1].Generation ? 0 : 1;
            return isFirst ? 0 : isSecond ? 1 : None;
        }
    }

    /// <summary>Generation of the document in force, counted from 1; 0 when there is none.</summary>
    public uint Generation
    {
        get { return SlotInForce == None ? 0 : _heads[SlotInForce].Generation; }
    }

    /// <summary>True when a document was lost to damage that may have been newer than the one in force: what is in force may not be what was last written.</summary>
    public bool IsNewestDamaged
    {
        get
        {
            for (int slot = 0; slot < SlotCount; slot++)
            {
                SlotHead head = _heads[slot];
                if (head.State == SlotState.HeadDamaged || head.State == SlotState.BodyDamaged && head.Generation > Generation)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True between <see cref="TryBegin(int)"/> and the write's end.</summary>
    public bool IsWriting
    {
        get { return _slot != None; }
    }

    /// <summary>Bytes appended to the write under way.</summary>
    public int Appended
    {
        get { return _appended; }
    }

    public SlotState StateOf(int slot)
    {
        return _heads[slot].State;
    }

    public uint GenerationOf(int slot)
    {
        return _heads[slot].Generation;
    }

    /// <summary>Bytes of a slot's document; 0 when there is none.</summary>
    public int CountOf(int slot)
    {
        return _heads[slot].State == SlotState.Whole ? _heads[slot].Count : 0;
    }

    /// <summary>Reads both slots anew, as at a start. A write under way is abandoned.</summary>
    public void Reload()
    {
        _slot = None;
        for (int slot = 0; slot < SlotCount; slot++)
        {
            _device.Read(slot * SlotBytes, _verify, 0, SlotHead.Bytes);
            _heads[slot].Read(_reader, _verify, BytesMax);
            if (_heads[slot].State == SlotState.Whole && BodyCrc(slot) != _heads[slot].Crc)
                _heads[slot].State = SlotState.BodyDamaged;
        }
    }

    /// <summary>Reads the document in force; should it have been damaged since the start, the one before.</summary>
    /// <returns>False when there is none, or it is longer than <paramref name="buffer"/>.</returns>
    public bool TryRead(byte[] buffer, out int count, out uint generation)
    {
        for (int i = 0; i < SlotCount; i++)
        {
            int slot = SlotInForce;
            count = slot == None ? 0 : _heads[slot].Count;
            generation = Generation;
            if (slot == None || count > buffer.Length)
                return false;
            if (TryReadWhole(slot, buffer))
                return true;
        }
        count = 0;
        generation = 0;
        return false;
    }

    /// <summary>Reads the document before the one in force, as long as no write has begun in its place.</summary>
    public bool TryReadPrevious(byte[] buffer, out int count, out uint generation)
    {
        int slot = SlotInForce == None ? None : SlotCount - 1 - SlotInForce;
        bool isThere = slot != None && _heads[slot].State == SlotState.Whole && _heads[slot].Count <= buffer.Length && TryReadWhole(slot, buffer);
        count = isThere ? _heads[slot].Count : 0;
        generation = isThere ? _heads[slot].Generation : 0;
        return isThere;
    }

    /// <summary>Reads part of a slot's document as it lies there, without a check.</summary>
    public void ReadPart(int slot, int from, byte[] buffer, int offset, int count)
    {
        if (from < 0 || count < 0 || from > CountOf(slot) - count)
            throw new ArgumentException("beyond the document's end");
        _device.Read(slot * SlotBytes + _bodyOffset + from, buffer, offset, count);
    }

    /// <summary>Writes a document in one call.</summary>
    /// <returns>False when it is empty or too long, or the flash would not take it; the one in force stays.</returns>
    public bool TryWrite(byte[] buffer, int offset, int count)
    {
        return TryBegin(count) && TryAppend(buffer, offset, count) && TryCommit();
    }

    /// <summary>Begins a document in the slot that is not in force; what that slot held is gone from here on.</summary>
    /// <param name="count">Bytes of the document, known beforehand.</param>
    /// <returns>False when it is empty, longer than <see cref="BytesMax"/>, or the flash would not be erased.</returns>
    public bool TryBegin(int count)
    {
        // With nothing to keep, both are tried in turn: one may be worn out.
        return TryBegin(SlotInForce == None ? SlotCount - 1 - _lastSlot : SlotCount - 1 - SlotInForce, count);
    }

    /// <summary>Begins a document in a slot of the caller's choice, even if it is the one in force.</summary>
    public bool TryBegin(int slot, int count)
    {
        Abandon();
        if (count < 1 || count > BytesMax || NextGeneration() == 0)
            return false;
        StrikeOut(slot);
        _erased = 0;
        if (!TryEraseNext(slot))
            return false;
        _slot = slot;
        _lastSlot = slot;
        _count = count;
        _appended = 0;
        _staged = 0;
        _crc = 0;
        return true;
    }

    /// <summary>Continues the document. What is appended reaches the flash by 256 bytes; the rest waits in memory.</summary>
    /// <returns>False when more comes than was announced or the flash would not take it; the write is then abandoned.</returns>
    public bool TryAppend(byte[] buffer, int offset, int count)
    {
        if (_slot == None)
            throw new ArgumentException("no write has begun");
        if (count < 0 || count > _count - _appended)
        {
            Abandon();
            return false;
        }
        _crc = Crc32C.Append(_crc, buffer, offset, count);
        while (count > 0)
        {
            // Pieces end where the device's 256 bytes do: the first is shorter by the head.
            int room = StageBytes - (_bodyOffset + _appended) % StageBytes;
            int part = count < room ? count : room;
            Array.Copy(buffer, offset, _stage, _staged, part);
            _staged += part;
            _appended += part;
            offset += part;
            count -= part;
            if (part == room && !TryFlush())
            {
                Abandon();
                return false;
            }
        }
        return true;
    }

    /// <summary>Puts the document in force.</summary>
    /// <returns>False when less was appended than announced or the flash would not take it; what was in force stays.</returns>
    public bool TryCommit()
    {
        int slot = _slot;
        if (slot == None || _appended != _count || !TryFlush())
        {
            Abandon();
            return false;
        }
        _slot = None;
        _device.Sync();
        SlotHead head = _heads[slot];
        head.Generation = NextGeneration();
        head.Count = _count;
        head.Crc = _crc;
        if (BodyCrc(slot) != _crc)
            return false;
        FillStage(0xFF);
        head.Write(_writer, _stage);
        int bytes = Align(SlotHead.Bytes);
        _device.Program(slot * SlotBytes, _stage, 0, bytes);
        _device.Sync();
        if (!IsAsStaged(slot * SlotBytes, bytes))
        {
            StrikeOut(slot);
            return false;
        }
        head.State = SlotState.Whole;
        return true;
    }

    /// <summary>Ends the write under way, if any; what was in force stays.</summary>
    public void Abandon()
    {
        _slot = None;
        _appended = 0;
        _staged = 0;
    }

    /// <summary>Gives up the document in force for the one before.</summary>
    /// <returns>False when there is none before; nothing has changed.</returns>
    public bool TryRevert()
    {
        int slot = SlotInForce;
        if (slot == None || _heads[SlotCount - 1 - slot].State != SlotState.Whole)
            return false;
        Abandon();
        StrikeOut(slot);
        return true;
    }

    /// <summary>Says whether a mark of a slot is set. After a power cut within <see cref="TryMark"/> it is or is not, and stays so.</summary>
    public bool IsMarked(int slot, int mark)
    {
        _device.Read(MarkAddress(slot, mark), _verify, 0, MarkBytes);
        // A flipped bit sets no mark and clears none.
        int zeros = 0;
        for (int i = 0; i < MarkBytes * 8; i++)
            zeros += 1 - ((_verify[i >> 3] >> (i & 7)) & 1);
        return zeros >= MarkBytes * 4;
    }

    /// <summary>Sets a mark for as long as the slot's document lasts; it survives a power cut from the return on.</summary>
    /// <returns>False when the flash would not take it.</returns>
    public bool TryMark(int slot, int mark)
    {
        if (_slot != None)
            throw new ArgumentException("a write is under way");
        FillStage(0);
        _device.Program(MarkAddress(slot, mark), _stage, 0, Align(MarkBytes));
        _device.Sync();
        return IsMarked(slot, mark);
    }

    private int MarkAddress(int slot, int mark)
    {
        if (mark < 0 || mark >= _marks)
            throw new ArgumentException("a slot has no such mark");
        return slot * SlotBytes + Align(SlotHead.Bytes) + mark * Align(MarkBytes);
    }

    private bool TryReadWhole(int slot, byte[] buffer)
    {
        SlotHead head = _heads[slot];
        _device.Read(slot * SlotBytes + _bodyOffset, buffer, 0, head.Count);
        if (Crc32C.Compute(buffer, 0, head.Count) == head.Crc)
            return true;
        head.State = SlotState.BodyDamaged;
        return false;
    }

    // A power cut within the erase could leave the head whole and the body not; the slot would then pass for damaged.
    private void StrikeOut(int slot)
    {
        _heads[slot].State = SlotState.Empty;
        int bytes = Align(SlotHead.Bytes);
        if (IsBlank(slot * SlotBytes, bytes))
            return;
        FillStage(0);
        _device.Program(slot * SlotBytes, _stage, 0, bytes);
        _device.Sync();
    }

    private bool TryEraseNext(int slot)
    {
        int address = slot * SlotBytes + _erased * _device.SectorBytes;
        _device.Erase(address / _device.SectorBytes);
        _erased++;
        for (int at = 0; at < _device.SectorBytes; at += StageBytes)
        {
            if (!IsBlank(address + at, StageBytes))
                return false;
        }
        return true;
    }

    /// <summary>Programs what is staged, padded to the unit, and reads it back.</summary>
    private bool TryFlush()
    {
        if (_staged == 0)
            return true;
        int from = _bodyOffset + _appended - _staged;
        int bytes = Align(_staged);
        if (from == _erased * _device.SectorBytes && !TryEraseNext(_slot))
            return false;
        for (int i = _staged; i < bytes; i++)
            _stage[i] = 0xFF;
        _staged = 0;
        int address = _slot * SlotBytes + from;
        _device.Program(address, _stage, 0, bytes);
        return IsAsStaged(address, bytes);
    }

    private uint BodyCrc(int slot)
    {
        int at = slot * SlotBytes + _bodyOffset;
        int left = _heads[slot].Count;
        uint crc = 0;
        while (left > 0)
        {
            int part = left < StageBytes ? left : StageBytes;
            _device.Read(at, _verify, 0, part);
            crc = Crc32C.Append(crc, _verify, 0, part);
            at += part;
            left -= part;
        }
        return crc;
    }

    private bool IsAsStaged(int address, int count)
    {
        _device.Read(address, _verify, 0, count);
        for (int i = 0; i < count; i++)
        {
            if (_verify[i] != _stage[i])
                return false;
        }
        return true;
    }

    private bool IsBlank(int address, int count)
    {
        _device.Read(address, _verify, 0, count);
        for (int i = 0; i < count; i++)
        {
            if (_verify[i] != 0xFF)
                return false;
        }
        return true;
    }

    /// <summary>One more than either slot ever said; 0 when the count is used up.</summary>
    private uint NextGeneration()
    {
        uint first = _heads[0].Generation;
        uint second = _heads[1].Generation;
        return (first > second ? first : second) + 1;
    }

    private void FillStage(byte b)
    {
        for (int i = 0; i < StageBytes; i++)
            _stage[i] = b;
    }

    private int Align(int count)
    {
        return (count + _device.ProgramBytes - 1) / _device.ProgramBytes * _device.ProgramBytes;
    }
}
