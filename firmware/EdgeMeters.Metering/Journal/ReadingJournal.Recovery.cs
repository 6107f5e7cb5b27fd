using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Journal;

/// <content>Opening: what is still there, what was damaged, where to go on.</content>
public sealed partial class ReadingJournal
{
    // An event of small numbers; with the row of one missing reading it bounds how many records a damaged stretch can have held.
    private const int EventFixedBytes = 12;

    /// <summary>In place of the overflow event's sequence: there is none yet.</summary>
    private const uint Untold = uint.MaxValue;

    private readonly bool[] _isKnown = new bool[Limits.ChannelsMax];
    private readonly long[] _carriedRegisters = new long[Limits.ChannelsMax];
    private readonly bool[] _isCarried = new bool[Limits.ChannelsMax];
    private ChannelLayout[] _recoveredLayout = new ChannelLayout[0];
    private uint _latestUtcSeconds;
    private uint _registersUtcSeconds;
    private int _damagedSinceRow;
    private int _damagedSinceEvent;
    private bool _isUnderstood;
    private bool _hasRecords;
    private bool _isWhole;

    /// <summary>True when <see cref="Open"/> found no journal and began one.</summary>
    public bool WasNew { get; private set; }

    /// <summary>UTC seconds of the latest record before <see cref="Open"/>; 0 when there was none.</summary>
    public uint RecoveredUtcSeconds { get; private set; }

    /// <summary>UTC seconds of the latest registers before <see cref="Open"/>: what was counted since is not in the journal. 0 when there were none.</summary>
    public uint RegistersUtcSeconds { get; private set; }

    /// <summary>First row sequence skipped because of damage at the journal's end; 0 when there was none.</summary>
    public uint SkippedFirst { get; private set; }

    public uint SkippedLast { get; private set; }

    /// <summary>True when <see cref="Open"/> knew the channel's register: same meter, same register, same scale as in the journal.</summary>
    public bool IsRestored(int channel)
    {
        return _isKnown[channel];
    }

    /// <summary>Finds what the journal holds and makes ready to append. Call once, before anything else.</summary>
    /// <param name="layout">The channels as they are from now on.</param>
    /// <param name="registers">
    /// By channel, in raw units. In: where a channel begins that the journal does not know. Out: where it goes on; the latest register that
    /// was kept for this meter, register and scale, whatever channel it was then.
    /// </param>
    /// <exception cref="DeviceException">
    /// The device cannot be read or written, holds something that is no journal, or has sectors too small for this layout.
    /// </exception>
    public void Open(ChannelLayout[] layout, long[] registers)
    {
        if (registers.Length != layout.Length)
            throw new ArgumentException("one register for each channel");
        lock (_gate)
        {
            _layoutBytes = LayoutCodec.Write(layout, _layoutBody);
            if (_layoutBytes == 0)
                throw new DeviceException("The layout does not fit its limits: shorten the meters' serial numbers or use fewer channels.");
            _ring.ReadHeads();
            int newest = _ring.Newest();
            WasNew = newest < 0;
            if (WasNew && !_ring.MayBegin())
                throw new DeviceException("The device holds something that is not a journal; nothing was changed. Give the journal another one, or erase it.");
            if (!WasNew)
                Recover(newest);
            while (Epoch == 0)
                Epoch = _entropy.NextUInt32();
            Resume(layout, registers);
        }
    }

    private void Resume(ChannelLayout[] layout, long[] registers)
    {
        RecoveredUtcSeconds = _latestUtcSeconds;
        RegistersUtcSeconds = _registersUtcSeconds;
        Carry(layout);
        for (int i = 0; i < layout.Length; i++)
        {
            if (_isKnown[i])
                registers[i] = _latestRegisters[i];
            else
                _latestRegisters[i] = registers[i];
        }
        _channels = layout.Length;
        int sectorBytesMin = _ring.FirstOffset + _ring.SizeOf(_layoutBytes) + _ring.SizeOf(CheckpointBytesMax())
            + _ring.SizeOf(RowFixedBytes + _channels * (1 + VarIntBytesMax)) + 2 * _ring.SizeOf(EventBytesMax);
        if (sectorBytesMin > _ring.SectorBytes)
            throw new DeviceException("A journal sector of " + _ring.SectorBytes.ToString() + " bytes is too small for this layout, which needs "
                + sectorBytesMin.ToString() + ": use larger sectors or fewer channels.");
        uint layoutId = LayoutCodec.IdOf(_layoutBody, 0, _layoutBytes);
        bool isSameLayout = LayoutId == layoutId;
        LayoutId = layoutId;
        int oldest = _ring.After(0);
        if (oldest >= 0)
        {
            Raise(ref _releasedEvent, _ring.NextEvents[oldest] - 1);
            NoteGivenUp(_ring.NextRows[oldest]);
        }
        if (!isSameLayout || !_isWhole && !TryRepair())
            BeginSector();
        // Only the opening asks for it, and it is the largest thing here.
        _recoveredLayout = new ChannelLayout[0];
        _isBroken = false;
        if (_overflowEvent == Untold)
            TellOverflow();
    }

    // Rows were given up, and the power went before that was told. Whatever is written first now has to tell it.
    private void NoteGivenUp(uint oldestRow)
    {
        if (oldestRow <= _releasedRow + 1)
            return;
        if (_overflowEvent <= _releasedEvent)
            _overflowFirst = _releasedRow + 1;
        _overflowLast = oldestRow - 1;
        _overflowEvent = Untold;
    }

    // The newest sector's own layout or checkpoint is damaged: it gets them again, which costs less than another sector.
    private bool TryRepair()
    {
        int bytes = _ring.SizeOf(_layoutBytes) + _ring.SizeOf(CheckpointBytesMax());
        return _offset + bytes <= _ring.SectorBytes && TryAppendStart(0, 0);
    }

    private void TellOverflow()
    {
        BeginWrite();
        for (int attempt = 0; attempt < AppendTriesMax; attempt++)
        {
            EnsureRoom(EventBytesMax);
            // A sector that had to be begun for it has told it.
            if (_overflowEvent == Untold && !TryTellOverflow(_overflowFirst, _overflowLast))
                continue;
            _isBroken = false;
            return;
        }
        throw Broken();
    }

    private void Recover(int newest)
    {
        Epoch = _ring.Epochs[newest];
        _serial = _ring.Serials[newest];
        _head = newest;
        for (int i = 0; i < _ring.SectorCount; i++)
        {
            if (_ring.Epochs[i] != Epoch)
                _ring.Serials[i] = 0;
        }
        // Registers grow from a checkpoint on. Most often the newest sector has one; if not, one before it does.
        int sector = newest;
        _isWhole = HasStart(sector);
        bool hasStart = _isWhole;
        while (!hasStart && _ring.Before(_ring.Serials[sector]) >= 0)
        {
            sector = _ring.Before(_ring.Serials[sector]);
            hasStart = HasStart(sector);
        }
        while (sector >= 0)
        {
            Scan(sector);
            sector = _ring.After(_ring.Serials[sector]);
        }
        LayoutId = _ring.LayoutIds[newest];
        // More damage than a begin leaves was rows: to begin the sector anew would use their sequences again.
        if (!_isWhole && !_hasRecords && _damagedSinceRow <= _ring.SizeOf(_layoutBytes))
            ForgetBegun(newest);
        else
            SkipDamaged();
    }

    // The power went while the sector was begun. It is begun anew: a supply that flaps must not eat up one sector at each start.
    private void ForgetBegun(int newest)
    {
        _ring.Serials[newest] = 0;
        _offset = _ring.SectorBytes;
        _head = (newest + _ring.SectorCount - 1) % _ring.SectorCount;
    }

    private bool HasStart(int sector)
    {
        int offset = _ring.FirstOffset;
        int damagedBytes = 0;
        bool hasLayout = false;
        while (true)
        {
            byte type = _ring.Find(sector, ref offset, ref damagedBytes);
            hasLayout |= type == RecordType.Layout;
            if (type == 0 || hasLayout && type == RecordType.Checkpoint)
                return type != 0;
        }
    }

    // What was damaged behind the last row may have been rows that the gateway already has; likewise events. Their sequences are not used again.
    private void SkipDamaged()
    {
        uint rows = RecordsMax(_damagedSinceRow, RowFixedBytes);
        if (rows > 0)
        {
            SkippedFirst = _nextRow;
            SkippedLast = _nextRow + rows - 1;
        }
        _nextRow += rows;
        _nextEvent += RecordsMax(_damagedSinceEvent, EventFixedBytes);
    }

    private uint RecordsMax(int damagedBytes, int payloadBytesMin)
    {
        int bytesMin = _ring.SizeOf(payloadBytesMin);
        return (uint)((damagedBytes + bytesMin - 1) / bytesMin);
    }

    private void Scan(int sector)
    {
        uint layoutId = _ring.LayoutIds[sector];
        Raise(ref _nextRow, _ring.NextRows[sector]);
        Raise(ref _nextEvent, _ring.NextEvents[sector]);
        SectorHead head = _ring.ReadHead(sector);
        Raise(ref _releasedRow, head.ReleasedRow);
        Raise(ref _releasedEvent, head.ReleasedEvent);
        _isUnderstood = layoutId == LayoutId && LayoutId != 0;
        _hasRecords = false;
        _damagedSinceRow = 0;
        _damagedSinceEvent = 0;
        _offset = _ring.FirstOffset;
        while (true)
        {
            int damagedBytes = 0;
            byte type = _ring.Find(sector, ref _offset, ref damagedBytes);
            _damagedSinceRow += damagedBytes;
            _damagedSinceEvent += damagedBytes;
            if (type == 0)
            {
                // A torn record may lack its last bytes only: what comes next must not complete it, since it would then hide what completed it.
                _offset += damagedBytes > 0 ? _ring.SizeOf(0) : 0;
                return;
            }
            _reader.Start(_ring.Record, SectorRing.RecordHeadBytes, _ring.PayloadCount);
            ScanRecord(type, layoutId);
        }
    }

    private void ScanRecord(byte type, uint layoutId)
    {
        switch (type)
        {
            case RecordType.Layout:
                RecoverLayout(layoutId);
                break;
            case RecordType.Checkpoint:
                RecoverCheckpoint();
                break;
            case RecordType.Row:
                _damagedSinceRow = 0;
                _hasRecords = true;
                RecoverRow();
                break;
            case RecordType.Event:
                _damagedSinceEvent = 0;
                _hasRecords = true;
                RecoverEvent();
                break;
            case RecordType.Release:
                _hasRecords = true;
                Raise(ref _releasedRow, _reader.UInt32());
                Raise(ref _releasedEvent, _reader.UInt32());
                break;
        }
    }

    private void RecoverLayout(uint layoutId)
    {
        ChannelLayout[] layout;
        uint readId;
        BlockError error = LayoutCodec.TryReadBody(_ring.Record, SectorRing.RecordHeadBytes, _ring.PayloadCount, out layout, out readId);
        if (error != BlockError.None || readId != layoutId)
            return;
        if (!_isUnderstood)
            Carry(layout);
        LayoutId = layoutId;
        _isUnderstood = true;
    }

    /// <summary>Takes the latest registers from the layout recovered so far over to another one, by meter, register and scale.</summary>
    private void Carry(ChannelLayout[] layout)
    {
        for (int i = 0; i < layout.Length; i++)
        {
            _isCarried[i] = false;
            for (int j = 0; j < _recoveredLayout.Length && !_isCarried[i]; j++)
            {
                if (!_isKnown[j] || !IsSameRegister(layout[i], _recoveredLayout[j]))
                    continue;
                _isCarried[i] = true;
                _carriedRegisters[i] = _latestRegisters[j];
            }
        }
        for (int i = 0; i < Limits.ChannelsMax; i++)
        {
            _isKnown[i] = i < layout.Length && _isCarried[i];
            _latestRegisters[i] = _isKnown[i] ? _carriedRegisters[i] : 0;
        }
        _recoveredLayout = layout;
    }

    // With another pulse constant the count means something else.
    private static bool IsSameRegister(ChannelLayout a, ChannelLayout b)
    {
        return a.MeterSerial == b.MeterSerial && a.Register == b.Register && a.Unit == b.Unit
            && a.Numerator == b.Numerator && a.Denominator == b.Denominator;
    }

    private void RecoverCheckpoint()
    {
        // A sector's first checkpoint repeats what was known before: it may be older than an event.
        _registersUtcSeconds = _reader.UInt32();
        Raise(ref _latestUtcSeconds, _registersUtcSeconds);
        int channels = _reader.Byte();
        for (int i = 0; i < channels && IsOfLayout(channels); i++)
        {
            _latestRegisters[i] = _reader.VarInt();
            _isKnown[i] = true;
        }
    }

    private void RecoverRow()
    {
        Raise(ref _nextRow, _reader.UInt32() + 1);
        _latestUtcSeconds = _reader.UInt32();
        _registersUtcSeconds = _latestUtcSeconds;
        _reader.Byte();
        int channels = _reader.Byte();
        if (!IsOfLayout(channels))
            return;
        ReadQualities(_rowQualities, 0, channels);
        for (int i = 0; i < channels; i++)
        {
            if (_rowQualities[i] == (byte)Quality.Missing)
                continue;
            _latestRegisters[i] = _reader.VarInt();
            _isKnown[i] = true;
        }
    }

    private void RecoverEvent()
    {
        uint sequence = _reader.UInt32();
        Raise(ref _nextEvent, sequence + 1);
        _latestUtcSeconds = _reader.UInt32();
        byte code = _reader.Byte();
        _reader.Byte();
        if (code != (byte)EventCode.JournalOverflow)
            return;
        _overflowEvent = sequence;
        _overflowFirst = (uint)_reader.VarInt();
        _overflowLast = (uint)_reader.VarInt();
        Raise(ref _releasedRow, _overflowLast);
    }

    // A sector whose layout is damaged tells which sequences there were, but not whose registers.
    private bool IsOfLayout(int channels)
    {
        return _isUnderstood && channels == _recoveredLayout.Length;
    }

    private static void Raise(ref uint mark, uint to)
    {
        if (to > mark)
            mark = to;
    }
}
