using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Journal;

/// <summary>Records in a ring of sectors on a block device: begins sectors, appends records, finds records. Knows nothing of readings.</summary>
/// <remarks>
/// A record is type, length, payload, CRC-32C; the CRC starts from the sector's serial and epoch, so that what a half-done erase left of an
/// older lap is never taken for new. Everything written is read back. A search goes on behind a damaged record at the next place where one
/// could begin: one bad byte costs one record, never the rest of a sector.
/// </remarks>
internal sealed class SectorRing
{
    public const int RecordHeadBytes = 3;
    public const int RecordCrcBytes = 4;
    public const int RecordOverheadBytes = RecordHeadBytes + RecordCrcBytes;

    /// <summary>Bytes of the longest record, the layout's.</summary>
    public const int RecordBytesMax = Limits.LayoutBytesMax + RecordOverheadBytes;

    private const int ProgramBytesMax = 256;

    /// <summary>What is read back at a time. A sector's head fits; more would save little, since a read of the flash costs little.</summary>
    private const int VerifyBytes = 256;

    // A row of one missing reading is longer.
    private const int RecordBytesMin = RecordOverheadBytes + 8;

    private readonly IBlockDevice _device;
    private readonly SectorHead _scratchHead = new SectorHead();
    private readonly byte[] _verify = new byte[VerifyBytes];
    private readonly byte[] _seedBytes = new byte[8];
    private readonly ByteWriter _writer = new ByteWriter();
    private readonly ByteReader _reader = new ByteReader();

    public SectorRing(IBlockDevice device)
    {
        if (device.SectorCount < 3 || device.ProgramBytes > ProgramBytesMax || device.SectorBytes % device.ProgramBytes != 0)
            throw new DeviceException("The journal needs at least 3 sectors and a program unit of at most 256 bytes that divides the sector.");
        _device = device;
        Serials = new uint[device.SectorCount];
        Epochs = new uint[device.SectorCount];
        LayoutIds = new uint[device.SectorCount];
        NextRows = new uint[device.SectorCount];
        NextEvents = new uint[device.SectorCount];
        Record = new byte[RecordBytesMax + ProgramBytesMax];
    }

    /// <summary>By sector, as in its head (<see cref="SectorHead"/>); 0 means that the sector holds nothing.</summary>
    /// <remarks>In arrays, not objects: on nanoFramework an object takes 12 bytes for each field. What only the opening asks for is not kept.</remarks>
    public uint[] Serials { get; }

    public uint[] Epochs { get; }

    public uint[] LayoutIds { get; }

    public uint[] NextRows { get; }

    public uint[] NextEvents { get; }

    /// <summary>The record that <see cref="Find"/> found, or that is being put together for <see cref="TryAppend"/>.</summary>
    public byte[] Record { get; }

    /// <summary>Payload bytes of the record found.</summary>
    public int PayloadCount { get; private set; }

    public int SectorCount
    {
        get { return _device.SectorCount; }
    }

    public int SectorBytes
    {
        get { return _device.SectorBytes; }
    }

    /// <summary>Where the first record of a sector lies.</summary>
    public int FirstOffset
    {
        get { return 2 * Align(SectorHead.Bytes); }
    }

    /// <summary>Bytes that a record with this payload takes.</summary>
    public int SizeOf(int payloadCount)
    {
        return Align(payloadCount + RecordOverheadBytes);
    }

    /// <summary>Reads all heads, each from whichever of its two copies is whole.</summary>
    public void ReadHeads()
    {
        for (int sector = 0; sector < Serials.Length; sector++)
        {
            Serials[sector] = 0;
            if (TryReadHead(sector))
                Keep(sector, _scratchHead);
        }
    }

    /// <summary>The whole head of a sector that holds something. Valid until the next head is read.</summary>
    public SectorHead ReadHead(int sector)
    {
        TryReadHead(sector);
        return _scratchHead;
    }

    /// <summary>The sector with the highest serial, or -1.</summary>
    public int Newest()
    {
        uint[] serials = Serials;
        int newest = -1;
        for (int i = 0; i < serials.Length; i++)
        {
            if (serials[i] != 0 && (newest < 0 || serials[i] > serials[newest]))
                newest = i;
        }
        return newest;
    }

    /// <summary>The sector begun next after one of this serial, or -1; with 0, the oldest.</summary>
    public int After(uint serial)
    {
        uint[] serials = Serials;
        int after = -1;
        for (int i = 0; i < serials.Length; i++)
        {
            if (serials[i] > serial && (after < 0 || serials[i] < serials[after]))
                after = i;
        }
        return after;
    }

    /// <summary>The sector begun last before one of this serial, or -1.</summary>
    public int Before(uint serial)
    {
        uint[] serials = Serials;
        int before = -1;
        for (int i = 0; i < serials.Length; i++)
        {
            if (serials[i] != 0 && serials[i] < serial && (before < 0 || serials[i] > serials[before]))
                before = i;
        }
        return before;
    }

    /// <summary>Says whether a device without a single whole head may be taken for a journal: a blank sector, or what was once a head.</summary>
    public bool MayBegin()
    {
        for (int sector = 0; sector < Serials.Length; sector++)
        {
            if (BlankBytes(sector, 0) == _device.SectorBytes || HasMark(sector, 0) || HasMark(sector, Align(SectorHead.Bytes)))
                return true;
        }
        return false;
    }

    /// <summary>Erases a sector and writes its head twice.</summary>
    /// <returns>False when the sector is worn out: it would not erase or not take the head.</returns>
    public bool TryBegin(int sector, SectorHead head)
    {
        int address = sector * _device.SectorBytes;
        // A power cut within the erase may leave a head whole and its records not. Without its head a sector is plainly gone, with it plainly there.
        if (Serials[sector] != 0)
            StrikeOut(address, 2 * Align(SectorHead.Bytes));
        Serials[sector] = 0;
        _device.Erase(sector);
        // Before the head is there: under a whole head the rest is blank.
        _device.Sync();
        if (BlankBytes(sector, 0) < _device.SectorBytes)
            return false;
        for (int i = 0; i < Record.Length; i++)
            Record[i] = 0xFF;
        head.Write(_writer, Record);
        int bytes = Align(SectorHead.Bytes);
        _device.Program(address, Record, 0, bytes);
        _device.Program(address + bytes, Record, 0, bytes);
        _device.Sync();
        if (!IsWritten(address, bytes) || !IsWritten(address + bytes, bytes))
            return false;
        Keep(sector, head);
        return true;
    }

    private void StrikeOut(int address, int bytes)
    {
        for (int i = 0; i < bytes; i++)
            Record[i] = 0;
        _device.Program(address, Record, 0, bytes);
        _device.Sync();
    }

    /// <summary>Starts a record in <see cref="Record"/>; the caller writes the payload and calls <see cref="TryAppend"/>.</summary>
    public void Start(ByteWriter writer, byte type)
    {
        writer.Start(Record, 0, RecordBytesMax - RecordCrcBytes);
        writer.Byte(type);
        writer.UInt16(0);
    }

    /// <summary>Programs the record and waits until it survives a power cut.</summary>
    /// <param name="sector">The sector.</param>
    /// <param name="offset">Where in the sector; moved behind the record, or to the sector's end if the flash would not take it.</param>
    /// <param name="recordEnd">Bytes of head and payload in <see cref="Record"/>.</param>
    /// <returns>False when what was read back is not what was written; the sector is then not to be written again.</returns>
    public bool TryAppend(int sector, ref int offset, int recordEnd)
    {
        int payloadCount = recordEnd - RecordHeadBytes;
        Record[1] = (byte)payloadCount;
        Record[2] = (byte)(payloadCount >> 8);
        uint crc = Crc32C.Append(Seed(sector), Record, 0, recordEnd);
        for (int i = 0; i < RecordCrcBytes; i++)
            Record[recordEnd + i] = (byte)(crc >> (8 * i));
        int bytes = SizeOf(payloadCount);
        for (int i = recordEnd + RecordCrcBytes; i < bytes; i++)
            Record[i] = 0xFF;
        int address = sector * _device.SectorBytes + offset;
        _device.Program(address, Record, 0, bytes);
        _device.Sync();
        bool written = IsWritten(address, bytes);
        offset = written ? offset + bytes : _device.SectorBytes;
        // Perhaps it stands there whole, and only the reading back went wrong. It is appended anew, so here it must not be found.
        if (!written)
            StrikeOut(address, bytes);
        return written;
    }

    /// <summary>Finds the next whole record from <paramref name="offset"/> on and reads it into <see cref="Record"/>.</summary>
    /// <param name="sector">The sector.</param>
    /// <param name="offset">Moved behind the record found; where nothing more is found, to the begin of the blank rest.</param>
    /// <param name="damagedBytes">Grows by the bytes passed over that were neither blank nor a record.</param>
    /// <returns>The record's type, or 0 when there is no more.</returns>
    public byte Find(int sector, ref int offset, ref int damagedBytes)
    {
        uint seed = Seed(sector);
        int passed = 0;
        while (offset + RecordOverheadBytes <= _device.SectorBytes)
        {
            int size = TryReadAt(sector, offset, seed);
            // What was read wrong once is not damage: it is read again.
            if (size == 0 && Record[0] != 0xFF)
                size = TryReadAt(sector, offset, seed);
            if (size > 0)
            {
                damagedBytes += passed;
                offset += size;
                return Record[0];
            }
            int blankBytes = Record[0] == 0xFF ? BlankBytes(sector, offset) : 0;
            if (offset + blankBytes == _device.SectorBytes)
            {
                damagedBytes += passed;
                return 0;
            }
            // A long blank stretch held no record; a short one may be part of a damaged one.
            bool isStretch = blankBytes >= RecordBytesMin && blankBytes >= _device.ProgramBytes;
            int step = isStretch ? blankBytes / _device.ProgramBytes * _device.ProgramBytes : _device.ProgramBytes;
            offset += step;
            passed += isStretch ? 0 : step;
        }
        damagedBytes += passed;
        return 0;
    }

    /// <summary>Erased bytes of a sector from <paramref name="offset"/> on, up to the first that is not.</summary>
    private int BlankBytes(int sector, int offset)
    {
        int address = sector * _device.SectorBytes;
        int at = offset;
        while (at < _device.SectorBytes)
        {
            int count = _device.SectorBytes - at < _verify.Length ? _device.SectorBytes - at : _verify.Length;
            _device.Read(address + at, _verify, 0, count);
            for (int i = 0; i < count; i++)
            {
                if (_verify[i] != 0xFF)
                    return at + i - offset;
            }
            at += count;
        }
        return at - offset;
    }

    private bool TryReadHead(int sector)
    {
        int address = sector * _device.SectorBytes;
        // Each copy twice: one wrong read beside one damaged copy must not make the sector vanish.
        for (int i = 0; i < 4; i++)
        {
            _device.Read(address + i % 2 * Align(SectorHead.Bytes), _verify, 0, SectorHead.Bytes);
            if (_scratchHead.TryRead(_reader, _verify))
                return true;
        }
        return false;
    }

    private void Keep(int sector, SectorHead head)
    {
        Serials[sector] = head.Serial;
        Epochs[sector] = head.Epoch;
        LayoutIds[sector] = head.LayoutId;
        NextRows[sector] = head.NextRow;
        NextEvents[sector] = head.NextEvent;
    }

    private bool HasMark(int sector, int offset)
    {
        _device.Read(sector * _device.SectorBytes + offset, _verify, 0, SectorHead.Bytes);
        return SectorHead.HasMark(_reader, _verify);
    }

    private int TryReadAt(int sector, int offset, uint seed)
    {
        int address = sector * _device.SectorBytes + offset;
        _device.Read(address, Record, 0, RecordHeadBytes);
        int payloadCount = Record[1] | (Record[2] << 8);
        int count = payloadCount + RecordOverheadBytes;
        if (!RecordType.IsKnown(Record[0]) || count > RecordBytesMax || offset + count > _device.SectorBytes)
            return 0;
        _device.Read(address + RecordHeadBytes, Record, RecordHeadBytes, count - RecordHeadBytes);
        uint crc = Crc32C.Append(seed, Record, 0, count - RecordCrcBytes);
        for (int i = 0; i < RecordCrcBytes; i++)
        {
            if (Record[count - RecordCrcBytes + i] != (byte)(crc >> (8 * i)))
                return 0;
        }
        PayloadCount = payloadCount;
        return SizeOf(payloadCount);
    }

    private bool IsWritten(int address, int bytes)
    {
        for (int done = 0; done < bytes; done += VerifyBytes)
        {
            int count = bytes - done < VerifyBytes ? bytes - done : VerifyBytes;
            _device.Read(address + done, _verify, 0, count);
            for (int i = 0; i < count; i++)
            {
                if (_verify[i] != Record[done + i])
                    return false;
            }
        }
        return true;
    }

    private uint Seed(int sector)
    {
        _writer.Start(_seedBytes, 0, _seedBytes.Length);
        _writer.UInt32(Serials[sector]);
        _writer.UInt32(Epochs[sector]);
        return Crc32C.Compute(_seedBytes, 0, _seedBytes.Length);
    }

    private int Align(int bytes)
    {
        int unit = _device.ProgramBytes;
        return (bytes + unit - 1) / unit * unit;
    }
}
