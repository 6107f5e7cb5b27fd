using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;

namespace EdgeMeters.Bench.Flash;

/// <summary>What a journal has promised so far, and the check that it keeps it.</summary>
public sealed class JournalModel
{
    private readonly Dictionary<uint, JournalRow> _rows = [];
    private readonly Dictionary<uint, JournalEvent> _events = [];
    private readonly List<(long First, long Last)> _givenUp = [];

    /// <summary>Registers that a restart must find.</summary>
    private long[] _kept;

    public JournalModel(long[] startRegisters)
    {
        _kept = startRegisters;
    }

    private JournalModel(JournalModel other)
    {
        _rows = new(other._rows);
        _events = new(other._events);
        _givenUp = [.. other._givenUp];
        _kept = other._kept;
        ReleasedRow = other.ReleasedRow;
        ReleasedEvent = other.ReleasedEvent;
        RowUnderWay = other.RowUnderWay;
        EventUnderWay = other.EventUnderWay;
        KeptUnderWay = other.KeptUnderWay;
    }

    public uint ReleasedRow { get; set; }

    public uint ReleasedEvent { get; set; }

    /// <summary>The row whose append has not returned: it may be there or not.</summary>
    public JournalRow? RowUnderWay { get; set; }

    public JournalEvent? EventUnderWay { get; set; }

    /// <summary>Registers whose keeping has not returned.</summary>
    public long[]? KeptUnderWay { get; set; }

    /// <summary>For damage that may have hit the record which keeps them.</summary>
    public bool AcceptAnyRegisters { get; set; }

    public uint LastRow { get; private set; }

    public uint LastEvent { get; private set; }

    /// <summary>A copy, for a life of which this one knows nothing.</summary>
    public JournalModel Branch() => new(this);

    public void Appended(uint sequence, JournalRow row)
    {
        if (!_rows.TryAdd(sequence, row))
            throw new PromiseBroken(Breach.Doubled, $"row sequence {sequence} was given twice");
        LastRow = Math.Max(LastRow, sequence);
        RowUnderWay = null;
    }

    public void Appended(uint sequence, JournalEvent told)
    {
        if (!_events.TryAdd(sequence, told))
            throw new PromiseBroken(Breach.Doubled, $"event sequence {sequence} was given twice");
        LastEvent = Math.Max(LastEvent, sequence);
        EventUnderWay = null;
    }

    public void Kept(long[] registers)
    {
        _kept = registers;
        KeptUnderWay = null;
    }

    /// <summary>Some channels were kept, the others stand where they stood.</summary>
    public void KeptWhere(long[] registers, Predicate<int> isKept)
    {
        Kept([.. registers.Select((register, i) => isKept(i) ? register : _kept[i])]);
    }

    /// <summary>Checks where a journal that was just opened goes on counting.</summary>
    public void CheckRegisters(long[] opened)
    {
        for (int i = 0; i < opened.Length; i++)
        {
            if (!AcceptAnyRegisters && opened[i] != _kept[i] && opened[i] != KeptUnderWay?[i])
                throw new PromiseBroken(Breach.Altered, $"channel {i} goes on from {opened[i]}, kept was {_kept[i]}, under way {KeptUnderWay?[i]}");
        }
        _kept = [.. opened];
        KeptUnderWay = null;
    }

    /// <summary>Reads all events, notes what they say was given up, and takes up those that the journal made itself.</summary>
    /// <returns>Last event sequence read.</returns>
    public uint TakeEvents(ReadingJournal journal, int missingMax = 0)
    {
        EventBlock block = new();
        uint from = 1;
        HashSet<uint> read = [];
        while (journal.ReadEvents(from, block) > 0)
        {
            for (int i = 0; i < block.Count; i++)
            {
                uint sequence = block.FirstSequence + (uint)i;
                TakeEvent(sequence, new JournalEvent(block.UtcSeconds[i], block.Codes[i], block.Channels[i], block.A[i], block.B[i]));
                if (!read.Add(sequence))
                    throw new PromiseBroken(Breach.Doubled, $"event {sequence} was read twice");
            }
            from = block.FirstSequence + (uint)block.Count;
        }
        EventUnderWay = null;
        uint released = Math.Max(ReleasedEvent, journal.ReleasedEvent);
        int missing = _events.Keys.Count(sequence => sequence > released && !read.Contains(sequence));
        if (missing > missingMax)
            throw new PromiseBroken(Breach.Lost, $"{missing} events are missing");
        return from - 1;
    }

    /// <summary>Reads all rows: each that must be there is there once, as it was appended; nothing else is.</summary>
    /// <param name="missingMax">Rows that may be missing because a test damaged them.</param>
    /// <returns>Rows read.</returns>
    public int CheckRows(ReadingJournal journal, ReadingBlock block, int missingMax = 0)
    {
        HashSet<uint> read = [];
        uint from = 1;
        while (journal.ReadRows(from, int.MaxValue, block) > 0)
        {
            for (int row = 0; row < block.Rows; row++)
            {
                uint sequence = block.FirstSequence + (uint)row;
                if (sequence < from || !read.Add(sequence))
                    throw new PromiseBroken(Breach.Doubled, $"row {sequence} was read twice");
                CheckRow(sequence, block, row);
            }
            from = block.FirstSequence + (uint)block.Rows;
        }
        RowUnderWay = null;
        int missing = 0;
        foreach (uint sequence in _rows.Keys)
        {
            if (!read.Contains(sequence) && sequence > ReleasedRow && !_givenUp.Exists(g => sequence >= g.First && sequence <= g.Last))
                missing++;
        }
        if (missing > missingMax)
            throw new PromiseBroken(Breach.Lost, $"{missing} rows are missing of {_rows.Count}; {read.Count} were read, {ReleasedRow} released, given up {string.Join(' ', _givenUp.Distinct())}");
        return read.Count;
    }

    private void CheckRow(uint sequence, ReadingBlock block, int row)
    {
        if (!_rows.TryGetValue(sequence, out JournalRow? expected))
        {
            if (RowUnderWay == null || !RowUnderWay.IsRow(block, row))
                throw new PromiseBroken(Breach.Altered, $"row {sequence} was never appended");
            Appended(sequence, RowUnderWay);
        }
        else if (!expected.IsRow(block, row))
        {
            throw new PromiseBroken(Breach.Altered, $"row {sequence} is not the one that was appended");
        }
    }

    private void TakeEvent(uint sequence, JournalEvent read)
    {
        if (read.Code == (byte)EventCode.JournalOverflow)
            _givenUp.Add((read.A, read.B));
        if (_events.TryGetValue(sequence, out JournalEvent? expected))
        {
            if (read != expected)
                throw new PromiseBroken(Breach.Altered, $"event {sequence} is {read}, appended was {expected}");
            return;
        }
        if (read.Code != (byte)EventCode.JournalOverflow && read != EventUnderWay)
            throw new PromiseBroken(Breach.Altered, $"event {sequence} was never appended: {read}");
        _events.Add(sequence, read);
        LastEvent = Math.Max(LastEvent, sequence);
    }
}
