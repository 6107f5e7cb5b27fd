using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Journal;

/// <content>Opening: what is still there, what was damaged, where to go on.</content>
public sealed partial class ReadingJournal
{
    // A row of one missing reading, and an event of small numbers: no damaged stretch can have held more records than these allow.
    private const int RowRecordBytesMin = SectorRing.RecordOverheadBytes + RowFixedBytes;
    private const int EventRecordBytesMin = SectorRing.RecordOverheadBytes + 12;

    private uint _latestUtcSeconds;
    private bool _hasRegisters;

    /// <summary>True when <see cref="Open"/> found no journal and began one.</summary>
    public bool WasNew { get; private set; }

    /// <summary>Layout of the newest records before <see cref="Open"/>; empty when there were none.</summary>
    public ChannelLayout[] RecoveredLayout { get; private set; } = new ChannelLayout[0];

    /// <summary>Latest known registers by channel of <see cref="RecoveredLayout"/>.</summary>
    public long[] RecoveredRegisters { get; private set; } = new long[0];

    /// <summary>UTC seconds of the latest record before <see cref="Open"/>; 0 when there was none.</summary>
    public uint RecoveredUtcSeconds { get; private set; }

    /// <summary>First row sequence skipped because of damage at the journal's end; 0 when there was none.</summary>
    public uint SkippedFirst { get; private set; }

    public uint SkippedLast { get; private set; }

    /// <summary>Finds what the journal holds and makes ready to append. Call once, before anything else.</summary>
    /// <param name="layout">The channels as they are from now on.</param>
    /// <exception cref="DeviceException">The device cannot be read or written, or its sectors are too small for this layout.</exception>
    public void Open(ChannelLayout[] layout)
    {
        lock (_gate)
        {
            _layoutBytes = LayoutCodec.Write(layout, _layoutBody);
            if (_layoutBytes == 0)
                throw new DeviceException("The layout does not fit its limits: shorten the meters' serial numbers or use fewer channels.");
            _ring.ReadHeads();
            int newest = _ring.Newest();
            if (newest >= 0)
                Recover(newest);
            WasNew = newest < 0;
            while (Epoch == 0)
                Epoch = _entropy.NextUInt32();
            Resume(layout.Length);
        }
    }

    private void Resume(int channels)
    {
        bool isSameLayout = LayoutId == LayoutCodec.IdOf(_layoutBody, 0, _layoutBytes);
        RecoveredRegisters = new long[RecoveredLayout.Length];
        for (int i = 0; i < RecoveredRegisters.Length; i++)
            RecoveredRegisters[i] = _latestRegisters[i];
        RecoveredUtcSeconds = _latestUtcSeconds;
        for (int i = 0; i < _latestRegisters.Length && !isSameLayout; i++)
            _latestRegisters[i] = 0;
        _channels = channels;
        LayoutId = LayoutCodec.IdOf(_layoutBody, 0, _layoutBytes);
        int sectorBytesMin = _ring.FirstOffset + _ring.SizeOf(_layoutBytes) + _ring.SizeOf(CheckpointBytesMax())
            + _ring.SizeOf(RowFixedBytes + channels * (1 + VarIntBytesMax)) + 2 * _ring.SizeOf(EventBytesMax);
        if (sectorBytesMin > _ring.SectorBytes)
            throw new DeviceException("A journal sector of " + _ring.SectorBytes.ToString() + " bytes is too small for this layout, which needs "
                + sectorBytesMin.ToString() + ": use larger sectors or fewer channels.");
        if (!isSameLayout || WasNew)
            BeginSector();
    }

    private void Recover(int newest)
    {
        Epoch = _ring.Heads[newest].Epoch;
        _serial = _ring.Heads[newest].Serial;
        _head = newest;
        for (int i = 0; i < _ring.SectorCount; i++)
        {
            if (_ring.Heads[i].Epoch != Epoch)
                _ring.Heads[i].Serial = 0;
        }
        int damagedBytes = 0;
        _offset = _ring.FirstOffset;
        Scan(newest, ref _offset, ref damagedBytes);
        bool isWhole = damagedBytes == 0 && RecoveredLayout.Length > 0 && _hasRegisters;
        LayoutId = RecoveredLayout.Length > 0 ? _ring.Heads[newest].LayoutId : 0;
        SkipDamaged(damagedBytes);
        ScanOlderForRegisters(newest);
        if (!isWhole)
            _offset = _ring.SectorBytes;
    }

    // The newest sector may have been begun and nothing more; then the one before it has the registers.
    private void ScanOlderForRegisters(int newest)
    {
        uint serial = _ring.Heads[newest].Serial;
        while (serial > 1 && (!_hasRegisters || RecoveredLayout.Length == 0))
        {
            serial--;
            for (int i = 0; i < _ring.SectorCount; i++)
            {
                if (_ring.Heads[i].Serial != serial)
                    continue;
                int offset = _ring.FirstOffset;
                int damagedBytes = 0;
                Scan(i, ref offset, ref damagedBytes);
            }
            if (_ring.After(0) >= 0 && _ring.Heads[_ring.After(0)].Serial > serial)
                return;
        }
    }

    // What was damaged at the end may have been rows that the gateway already has. Their sequences are not used again.
    private void SkipDamaged(int damagedBytes)
    {
        if (damagedBytes == 0)
            return;
        uint rows = (uint)((damagedBytes + RowRecordBytesMin - 1) / RowRecordBytesMin);
        SkippedFirst = _nextRow;
        SkippedLast = _nextRow + rows - 1;
        _nextRow += rows;
        _nextEvent += (uint)((damagedBytes + EventRecordBytesMin - 1) / EventRecordBytesMin);
    }

    private void Scan(int sector, ref int offset, ref int damagedBytes)
    {
        SectorHead head = _ring.Heads[sector];
        Raise(ref _nextRow, head.NextRow);
        Raise(ref _nextEvent, head.NextEvent);
        Raise(ref _releasedRow, head.ReleasedRow);
        Raise(ref _releasedEvent, head.ReleasedEvent);
        while (true)
        {
            byte type = _ring.Find(sector, ref offset, ref damagedBytes);
            if (type == 0)
                return;
            _reader.Start(_ring.Record, SectorRing.RecordHeadBytes, _ring.PayloadCount);
            switch (type)
            {
                case RecordType.Layout:
                    RecoverLayout();
                    break;
                case RecordType.Checkpoint:
                    RecoverCheckpoint();
                    break;
                case RecordType.Row:
                    RecoverRow();
                    break;
                case RecordType.Event:
                    Raise(ref _nextEvent, _reader.UInt32() + 1);
                    _latestUtcSeconds = _reader.UInt32();
                    break;
                case RecordType.Release:
                    Raise(ref _releasedRow, _reader.UInt32());
                    Raise(ref _releasedEvent, _reader.UInt32());
                    break;
            }
        }
    }

    private void RecoverLayout()
    {
        if (RecoveredLayout.Length > 0)
            return;
        ChannelLayout[] layout;
        uint layoutId;
        LayoutCodec.TryReadBody(_ring.Record, SectorRing.RecordHeadBytes, _ring.PayloadCount, out layout, out layoutId);
        RecoveredLayout = layout;
    }

    private void RecoverCheckpoint()
    {
        _latestUtcSeconds = _reader.UInt32();
        int channels = _reader.Byte();
        for (int i = 0; i < channels && i < Limits.ChannelsMax; i++)
            _latestRegisters[i] = _reader.VarInt();
        _hasRegisters = true;
    }

    private void RecoverRow()
    {
        Raise(ref _nextRow, _reader.UInt32() + 1);
        _latestUtcSeconds = _reader.UInt32();
        _reader.Byte();
        int channels = _reader.Byte();
        ReadQualities(_rowQualities, 0, channels);
        for (int i = 0; i < channels; i++)
        {
            if (_rowQualities[i] != (byte)Quality.Missing)
                _latestRegisters[i] = _reader.VarInt();
        }
    }

    private static void Raise(ref uint mark, uint to)
    {
        if (to > mark)
            mark = to;
    }
}
