using System;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Journal;

/// <content>Reading back, for the uplink: rows and events in order, from any sequence on.</content>
public sealed partial class ReadingJournal
{
    /// <summary>In place of a row's one quality: each channel's own follows.</summary>
    private const byte RowQualitiesFollow = 0x80;

    private readonly byte[] _rowQualities = new byte[Limits.ChannelsMax];

    // Where the last reading of rows ended, so that draining a backlog does not search each sector once for every block.
    private uint _cursorSerial;
    private int _cursorSector;
    private int _cursorOffset;
    private uint _cursorRow;

    /// <summary>Reads consecutive rows into a block: the first at or after a sequence, and those that continue it in every respect.</summary>
    /// <param name="from">Lowest sequence wanted. Damaged or given-up rows are passed over.</param>
    /// <param name="rowsMax">Rows wanted at most.</param>
    /// <param name="block">Filled in, header and rows.</param>
    /// <returns>Rows read; 0 when there is none at or after <paramref name="from"/>.</returns>
    public int ReadRows(uint from, int rowsMax, ReadingBlock block)
    {
        lock (_gate)
        {
            block.Rows = 0;
            if (from >= _nextRow || !TrySeekRow(from))
                return 0;
            // Should a read throw, nothing says how far the cursor came: the next reading seeks anew.
            _cursorRow = uint.MaxValue;
            int damagedBytes = 0;
            while (block.Rows < rowsMax)
            {
                int before = _cursorOffset;
                byte type = FindWritten(_cursorSector, ref _cursorOffset, ref damagedBytes);
                if (type == 0 && !TryMoveCursorOn())
                    break;
                if (type != RecordType.Row)
                    continue;
                if (!TryTakeRow(from, block))
                {
                    _cursorOffset = before;
                    break;
                }
            }
            _cursorRow = block.Rows > 0 ? block.FirstSequence + (uint)block.Rows : from;
            return block.Rows;
        }
    }

    /// <summary>Reads events into a block, those with consecutive sequences from the first at or after <paramref name="from"/>.</summary>
    /// <returns>Events read; 0 when there is none.</returns>
    public int ReadEvents(uint from, EventBlock block)
    {
        lock (_gate)
        {
            block.Epoch = Epoch;
            block.Count = 0;
            if (from >= _nextEvent)
                return 0;
            int sector = SectorOfEvent(from);
            int offset = _ring.FirstOffset;
            int damagedBytes = 0;
            while (sector >= 0 && block.Count < Limits.EventsPerBlockMax)
            {
                byte type = FindWritten(sector, ref offset, ref damagedBytes);
                if (type == 0)
                {
                    sector = _ring.After(_ring.Serials[sector]);
                    offset = _ring.FirstOffset;
                }
                else if (type == RecordType.Event && !TryTakeEvent(from, _ring.LayoutIds[sector], block))
                {
                    break;
                }
            }
            return block.Count;
        }
    }

    /// <summary>The encoded layout of this name, as long as a sector still has it.</summary>
    /// <returns>Bytes written to <paramref name="body"/> from <paramref name="at"/> on; 0 when the journal has no such layout any more.</returns>
    public int ReadLayout(uint layoutId, byte[] body, int at)
    {
        lock (_gate)
        {
            for (int sector = 0; sector < _ring.SectorCount; sector++)
            {
                if (_ring.Serials[sector] == 0 || _ring.LayoutIds[sector] != layoutId)
                    continue;
                int offset = _ring.FirstOffset;
                int damagedBytes = 0;
                byte type = _ring.Find(sector, ref offset, ref damagedBytes);
                while (type != RecordType.Layout && type != 0)
                    type = _ring.Find(sector, ref offset, ref damagedBytes);
                if (type == 0)
                    continue;
                Array.Copy(_ring.Record, SectorRing.RecordHeadBytes, body, at, _ring.PayloadCount);
                return _ring.PayloadCount;
            }
            return 0;
        }
    }

    // Behind the place of the next record nothing is written: to look there means to read the rest of the sector, for every block anew.
    private byte FindWritten(int sector, ref int offset, ref int damagedBytes)
    {
        return sector == _head && offset >= _offset ? (byte)0 : _ring.Find(sector, ref offset, ref damagedBytes);
    }

    private bool TrySeekRow(uint from)
    {
        if (_cursorSerial != 0 && _cursorRow == from && _ring.Serials[_cursorSector] == _cursorSerial)
            return true;
        int found = -1;
        for (int i = 0; i < _ring.SectorCount; i++)
        {
            uint serial = _ring.Serials[i];
            if (serial != 0 && _ring.NextRows[i] <= from && (found < 0 || serial > _ring.Serials[found]))
                found = i;
        }
        if (found < 0)
            found = _ring.After(0);
        if (found < 0)
            return false;
        MoveCursorTo(found);
        return true;
    }

    private bool TryMoveCursorOn()
    {
        int after = _ring.After(_cursorSerial);
        if (after < 0)
            return false;
        MoveCursorTo(after);
        return true;
    }

    private void MoveCursorTo(int sector)
    {
        _cursorSector = sector;
        _cursorSerial = _ring.Serials[sector];
        _cursorOffset = _ring.FirstOffset;
    }

    /// <summary>Adds the row just found to the block, or passes it over if it comes before <paramref name="from"/>.</summary>
    /// <returns>False when it does not continue the block.</returns>
    private bool TryTakeRow(uint from, ReadingBlock block)
    {
        _reader.Start(_ring.Record, SectorRing.RecordHeadBytes, _ring.PayloadCount);
        uint sequence = _reader.UInt32();
        uint utcSeconds = _reader.UInt32();
        byte clock = _reader.Byte();
        int channels = _reader.Byte();
        if (sequence < from)
            return true;
        if (block.Rows == 0)
        {
            block.Epoch = Epoch;
            block.LayoutId = _ring.LayoutIds[_cursorSector];
            block.FirstSequence = sequence;
            block.StartUtcSeconds = utcSeconds;
            block.PeriodSeconds = 0;
            block.Clock = (ClockQuality)clock;
            block.Channels = channels;
        }
        else if (!Continues(block, sequence, utcSeconds, clock, channels))
        {
            return false;
        }
        int at = block.Rows * channels;
        ReadQualities(block.Qualities, at, channels);
        for (int i = 0; i < channels; i++)
            block.Registers[at + i] = block.Qualities[at + i] == (byte)Quality.Missing ? 0 : _reader.VarInt();
        block.Rows++;
        return true;
    }

    private bool Continues(ReadingBlock block, uint sequence, uint utcSeconds, byte clock, int channels)
    {
        if (sequence != block.FirstSequence + (uint)block.Rows || clock != (byte)block.Clock || channels != block.Channels)
            return false;
        if (_ring.LayoutIds[_cursorSector] != block.LayoutId || block.Rows >= block.RowsMax(channels))
            return false;
        if (block.Rows == 1)
        {
            if (utcSeconds <= block.StartUtcSeconds || utcSeconds - block.StartUtcSeconds > Limits.PeriodSecondsMax)
                return false;
            block.PeriodSeconds = (int)(utcSeconds - block.StartUtcSeconds);
            return true;
        }
        return utcSeconds == block.UtcSecondsOf(block.Rows);
    }

    private void ReadQualities(byte[] qualities, int at, int channels)
    {
        byte uniform = _reader.Byte();
        for (int i = 0; i < channels; i++)
            qualities[at + i] = uniform == RowQualitiesFollow ? _reader.Byte() : uniform;
    }

    private int SectorOfEvent(uint from)
    {
        int found = -1;
        for (int i = 0; i < _ring.SectorCount; i++)
        {
            uint serial = _ring.Serials[i];
            if (serial != 0 && _ring.NextEvents[i] <= from && (found < 0 || serial > _ring.Serials[found]))
                found = i;
        }
        return found < 0 ? _ring.After(0) : found;
    }

    private bool TryTakeEvent(uint from, uint layoutId, EventBlock block)
    {
        _reader.Start(_ring.Record, SectorRing.RecordHeadBytes, _ring.PayloadCount);
        uint sequence = _reader.UInt32();
        if (sequence < from)
            return true;
        if (block.Count == 0)
        {
            block.FirstSequence = sequence;
            block.LayoutId = layoutId;
        }
        else if (sequence != block.FirstSequence + (uint)block.Count || layoutId != block.LayoutId)
        {
            return false;
        }
        int i = block.Count++;
        block.UtcSeconds[i] = _reader.UInt32();
        block.Codes[i] = _reader.Byte();
        block.Channels[i] = _reader.Byte();
        block.A[i] = _reader.VarInt();
        block.B[i] = _reader.VarInt();
        return true;
    }
}
