using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Journal;

/// <summary>Keeps readings and events in flash from the moment they are made until the gateway has them, and for as long after as there is room.</summary>
/// <remarks>
/// The promise: what <see cref="AppendRow"/> or <see cref="AppendEvent"/> returned for survives any power cut; what was never appended is
/// never read; what is damaged is left out and its sequences are stated. Sequences are used once: after damage some are skipped rather than
/// risked. Policy when full: the oldest rows that nobody has taken are given up, by whole sectors, with an event that names them; while
/// nobody takes the events either, each such event includes the ones before. Released rows stay readable until their sector is needed, and
/// serve backfill. A write that failed is the last one: what the journal holds can still be read, and it has to be opened anew.
/// <para>Safe for two threads, one that appends and one that reads. Buffers are sized at construction; nothing is allocated afterwards
/// except by <see cref="Open"/>.</para>
/// </remarks>
public sealed partial class ReadingJournal
{
    // A verify that fails moves on to the next sector; three in a row mean that the device is gone rather than worn.
    private const int AppendTriesMax = 3;

    private const int RowFixedBytes = 11;
    private const int EventBytesMax = 10 + 10 + 10;
    private const int ReleaseBytes = 8;
    private const int VarIntBytesMax = 10;

    private readonly object _gate = new object();
    private readonly SectorRing _ring;
    private readonly IEntropy _entropy;
    private readonly SectorHead _newHead = new SectorHead();
    private readonly ByteWriter _writer = new ByteWriter();
    private readonly ByteReader _reader = new ByteReader();
    private readonly byte[] _layoutBody = new byte[Limits.LayoutBytesMax];
    private readonly long[] _latestRegisters = new long[Limits.ChannelsMax];
    private int _layoutBytes;
    private int _channels;
    private int _head = -1;
    private int _offset;
    private uint _serial;
    private uint _nextRow = 1;
    private uint _nextEvent = 1;
    private uint _releasedRow;
    private uint _releasedEvent;
    private uint _overflowEvent;
    private uint _overflowFirst;
    private uint _overflowLast;
    private bool _isBroken = true;

    public ReadingJournal(IBlockDevice device, IEntropy entropy)
    {
        _ring = new SectorRing(device);
        _entropy = entropy;
    }

    /// <summary>The journal's lifetime: drawn at random when the journal is made, kept as long as it lives. Never 0 once open.</summary>
    public uint Epoch { get; private set; }

    /// <summary>Name of the layout under which rows are appended.</summary>
    public uint LayoutId { get; private set; }

    /// <summary>Sequence that the next row will have.</summary>
    public uint NextRow
    {
        get { lock (_gate) return _nextRow; }
    }

    /// <summary>Sequence that the next event will have.</summary>
    public uint NextEvent
    {
        get { lock (_gate) return _nextEvent; }
    }

    /// <summary>Highest row sequence that need not be sent any more: in the gateway's custody, or given up by name.</summary>
    public uint ReleasedRow
    {
        get { lock (_gate) return _releasedRow; }
    }

    public uint ReleasedEvent
    {
        get { lock (_gate) return _releasedEvent; }
    }

    /// <summary>True while there is a row or an event that is to be sent.</summary>
    public bool HasUnreleased
    {
        get { lock (_gate) return _releasedRow + 1 < _nextRow || _releasedEvent + 1 < _nextEvent; }
    }

    /// <summary>Lowest row sequence that the journal may still hold. Some above it may be damaged, or never have been.</summary>
    public uint OldestRow
    {
        get { lock (_gate) return _ring.NextRows[_ring.After(0)]; }
    }

    public uint OldestEvent
    {
        get { lock (_gate) return _ring.NextEvents[_ring.After(0)]; }
    }

    /// <summary>Appends the readings of all channels at one interval end and returns once they survive a power cut.</summary>
    /// <param name="utcSeconds">The interval's end.</param>
    /// <param name="clock">How far the node trusts that time.</param>
    /// <param name="registers">Registers in raw units, by channel.</param>
    /// <param name="qualities"><see cref="Quality"/> of each; a register whose quality is Missing is not kept.</param>
    /// <returns>The row's sequence.</returns>
    /// <exception cref="DeviceException">The device takes nothing any more. The row is not kept.</exception>
    public uint AppendRow(uint utcSeconds, ClockQuality clock, long[] registers, byte[] qualities)
    {
        lock (_gate)
        {
            BeginWrite();
            int payloadMax = RowFixedBytes + _channels * (1 + VarIntBytesMax);
            for (int attempt = 0; attempt < AppendTriesMax; attempt++)
            {
                EnsureRoom(payloadMax);
                _ring.Start(_writer, RecordType.Row);
                WriteRow(utcSeconds, clock, registers, qualities);
                if (!_ring.TryAppend(_head, ref _offset, _writer.Position))
                    continue;
                _latestUtcSeconds = utcSeconds;
                _registersUtcSeconds = utcSeconds;
                for (int i = 0; i < _channels; i++)
                {
                    if (qualities[i] != (byte)Quality.Missing)
                        _latestRegisters[i] = registers[i];
                }
                _isBroken = false;
                return _nextRow++;
            }
        }
        throw Broken();
    }

    /// <summary>Appends an event and returns once it survives a power cut.</summary>
    /// <returns>The event's sequence.</returns>
    /// <exception cref="DeviceException">The device takes nothing any more. The event is not kept.</exception>
    public uint AppendEvent(uint utcSeconds, EventCode code, byte channel, long a, long b)
    {
        lock (_gate)
        {
            BeginWrite();
            for (int attempt = 0; attempt < AppendTriesMax; attempt++)
            {
                EnsureRoom(EventBytesMax);
                if (!TryAppendEvent(utcSeconds, code, channel, a, b))
                    continue;
                _isBroken = false;
                return _nextEvent - 1;
            }
        }
        throw Broken();
    }

    /// <summary>Keeps registers that belong to no row yet, so that a restart costs at most what was counted since.</summary>
    public void Checkpoint(uint utcSeconds, long[] registers)
    {
        lock (_gate)
        {
            BeginWrite();
            _latestUtcSeconds = utcSeconds;
            _registersUtcSeconds = utcSeconds;
            for (int i = 0; i < _channels; i++)
                _latestRegisters[i] = registers[i];
            for (int attempt = 0; attempt < AppendTriesMax; attempt++)
            {
                EnsureRoom(CheckpointBytesMax());
                if (!TryAppendCheckpoint(utcSeconds))
                    continue;
                _isBroken = false;
                return;
            }
        }
        throw Broken();
    }

    /// <summary>Notes that the gateway holds all rows up to and including this sequence. They may be overwritten, they are not erased.</summary>
    public void ReleaseRows(uint through)
    {
        lock (_gate)
        {
            if (through <= _releasedRow || through >= _nextRow)
                return;
            _releasedRow = through;
            AppendRelease();
        }
    }

    /// <summary>Notes that the gateway holds all events up to and including this sequence.</summary>
    public void ReleaseEvents(uint through)
    {
        lock (_gate)
        {
            if (through <= _releasedEvent || through >= _nextEvent)
                return;
            _releasedEvent = through;
            AppendRelease();
        }
    }

    private void AppendRelease()
    {
        BeginWrite();
        for (int attempt = 0; attempt < AppendTriesMax; attempt++)
        {
            EnsureRoom(ReleaseBytes);
            _ring.Start(_writer, RecordType.Release);
            _writer.UInt32(_releasedRow);
            _writer.UInt32(_releasedEvent);
            if (!_ring.TryAppend(_head, ref _offset, _writer.Position))
                continue;
            _isBroken = false;
            return;
        }
        throw Broken();
    }

    // Broken until the write has come to its end: whichever way it fails, no other follows.
    private void BeginWrite()
    {
        if (_isBroken)
            throw Broken();
        _isBroken = true;
    }

    private void WriteRow(uint utcSeconds, ClockQuality clock, long[] registers, byte[] qualities)
    {
        _writer.UInt32(_nextRow);
        _writer.UInt32(utcSeconds);
        _writer.Byte((byte)clock);
        _writer.Byte((byte)_channels);
        bool uniform = true;
        for (int i = 1; i < _channels; i++)
            uniform &= qualities[i] == qualities[0];
        _writer.Byte(uniform ? qualities[0] : RowQualitiesFollow);
        for (int i = 0; i < _channels && !uniform; i++)
            _writer.Byte(qualities[i]);
        for (int i = 0; i < _channels; i++)
        {
            if (qualities[i] != (byte)Quality.Missing)
                _writer.VarInt(registers[i]);
        }
    }

    private bool TryAppendEvent(uint utcSeconds, EventCode code, byte channel, long a, long b)
    {
        _ring.Start(_writer, RecordType.Event);
        _writer.UInt32(_nextEvent);
        _writer.UInt32(utcSeconds);
        _writer.Byte((byte)code);
        _writer.Byte(channel);
        _writer.VarInt(a);
        _writer.VarInt(b);
        if (!_ring.TryAppend(_head, ref _offset, _writer.Position))
            return false;
        _latestUtcSeconds = utcSeconds;
        _nextEvent++;
        return true;
    }

    private int CheckpointBytesMax()
    {
        return 5 + _channels * VarIntBytesMax;
    }

    private bool TryAppendCheckpoint(uint utcSeconds)
    {
        _ring.Start(_writer, RecordType.Checkpoint);
        _writer.UInt32(utcSeconds);
        _writer.Byte((byte)_channels);
        for (int i = 0; i < _channels; i++)
            _writer.VarInt(_latestRegisters[i]);
        return _ring.TryAppend(_head, ref _offset, _writer.Position);
    }

    private void EnsureRoom(int payloadMax)
    {
        if (_offset + _ring.SizeOf(payloadMax) > _ring.SectorBytes)
            BeginSector();
    }

    /// <summary>Moves to the next sector that can be written, giving up what the gateway has not taken of it only when all are full.</summary>
    private void BeginSector()
    {
        uint first = 0;
        uint last = 0;
        // An event that nobody has taken is told again in each sector: it outlives the one it stands in, and a restart reads the newest only.
        if (_overflowEvent > _releasedEvent)
        {
            first = _overflowFirst;
            last = _overflowLast;
        }
        int sector = _head;
        // The sector being written is not among the candidates, and few are tried: what a broken device still holds must stay.
        for (int i = 1; i < _ring.SectorCount && i <= AppendTriesMax; i++)
        {
            sector = (sector + 1) % _ring.SectorCount;
            uint lastRow = LastRowOf(sector);
            if (lastRow > _releasedRow && lastRow >= _ring.NextRows[sector])
            {
                if (first == 0)
                    first = FirstUnreleasedOf(sector);
                last = lastRow;
            }
            Raise(ref _releasedEvent, LastEventOf(sector));
            if (TryBegin(sector, first, last))
                return;
        }
        throw Broken();
    }

    private bool TryTellOverflow(uint first, uint last)
    {
        if (!TryAppendEvent(_latestUtcSeconds, EventCode.JournalOverflow, EventBlock.WholeNode, first, last))
            return false;
        _overflowEvent = _nextEvent - 1;
        _overflowFirst = first;
        _overflowLast = last;
        // Only now: a sector's head that called them released would hide that they are gone, should the power go before the event is kept.
        Raise(ref _releasedRow, last);
        return true;
    }

    private bool TryBegin(int sector, uint givenUpFirst, uint givenUpLast)
    {
        // A serial is used up even if the sector does not take it: part of it may stand there after all.
        _serial++;
        _newHead.Serial = _serial;
        _newHead.Epoch = Epoch;
        _newHead.LayoutId = LayoutId;
        _newHead.NextRow = _nextRow;
        _newHead.NextEvent = _nextEvent;
        _newHead.ReleasedRow = _releasedRow;
        _newHead.ReleasedEvent = _releasedEvent;
        if (!_ring.TryBegin(sector, _newHead))
            return false;
        _head = sector;
        _offset = _ring.FirstOffset;
        return TryAppendStart(givenUpFirst, givenUpLast);
    }

    // What makes a sector understood alone: whose registers they are, and where they stood. It is whole with its checkpoint only: what else it
    // must tell, the rows that were given up, stands before that.
    private bool TryAppendStart(uint givenUpFirst, uint givenUpLast)
    {
        _ring.Start(_writer, RecordType.Layout);
        _writer.Bytes(_layoutBody, 0, _layoutBytes);
        return _ring.TryAppend(_head, ref _offset, _writer.Position)
            && (givenUpLast == 0 || TryTellOverflow(givenUpFirst, givenUpLast))
            && TryAppendCheckpoint(_registersUtcSeconds);
    }

    // Rows are written in order, so a sector's last row is the one before the first of the sector begun after it.
    private uint LastRowOf(int sector)
    {
        if (_ring.Serials[sector] == 0)
            return 0;
        int after = _ring.After(_ring.Serials[sector]);
        return (after < 0 ? _nextRow : _ring.NextRows[after]) - 1;
    }

    private uint LastEventOf(int sector)
    {
        if (_ring.Serials[sector] == 0)
            return 0;
        int after = _ring.After(_ring.Serials[sector]);
        return (after < 0 ? _nextEvent : _ring.NextEvents[after]) - 1;
    }

    private uint FirstUnreleasedOf(int sector)
    {
        uint first = _ring.NextRows[sector];
        return first > _releasedRow ? first : _releasedRow + 1;
    }

    private static DeviceException Broken()
    {
        return new DeviceException("The journal's device takes no more writes: what is written does not read back. Replace the flash or its file.");
    }
}
