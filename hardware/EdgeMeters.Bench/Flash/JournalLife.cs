using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Bench.Flash;

/// <summary>A node's life with a journal, at random: rows most of all, events, checkpoints, and a gateway that takes some of it.</summary>
public sealed class JournalLife
{
    private const uint StartUtcSeconds = 1_800_000_000;
    private const int PeriodSeconds = 900;

    private readonly JournalModel _model;
    private readonly Random _random;
    private readonly long[] _registers;
    private uint _utcSeconds = StartUtcSeconds;

    public JournalLife(IBlockDevice flash, ChannelLayout[] layout, JournalModel model, Random random)
    {
        _model = model;
        _random = random;
        Journal = new ReadingJournal(flash, new RandomEntropy(random));
        _registers = StartRegisters(layout.Length);
        Journal.Open(layout, _registers);
        _model.CheckRegisters(_registers);
        if (!Journal.WasNew)
            _utcSeconds = Math.Max(_utcSeconds, Journal.RecoveredUtcSeconds / PeriodSeconds * PeriodSeconds);
    }

    public ReadingJournal Journal { get; }

    /// <summary>Rows are given up at random only in lives where a gateway takes events; a life without takes nothing.</summary>
    public bool HasGateway { get; init; } = true;

    public static ChannelLayout[] Layout(int channels, string suffix = "")
    {
        return [.. Enumerable.Range(0, channels).Select(i => new ChannelLayout { MeterSerial = "M" + i + suffix, Register = "1-0:1.8.0", Unit = Unit.Wh })];
    }

    public static long[] StartRegisters(int channels) => [.. Enumerable.Range(0, channels).Select(i => 1000L * i)];

    public void Step()
    {
        switch (_random.Next(100))
        {
            case < 80:
                AppendRow();
                break;
            case < 87:
                AppendEvent();
                break;
            case < 92:
                Checkpoint();
                break;
            case < 97 when HasGateway:
                ReleaseRows();
                break;
            case >= 97 when HasGateway:
                ReleaseEvents();
                break;
        }
    }

    public void AppendRow()
    {
        int channels = _registers.Length;
        byte[] qualities = new byte[channels];
        bool isMixed = _random.Next(4) == 0;
        for (int i = 0; i < channels; i++)
        {
            qualities[i] = isMixed ? (byte)_random.Next(3) : (byte)Quality.Measured;
            _registers[i] += _random.Next(10) == 0 ? _random.NextInt64(1L << 40) : _random.Next(300);
        }
        // Now and then a time is skipped, or the clock was in doubt: a block of rows ends there.
        _utcSeconds += (uint)(PeriodSeconds * (_random.Next(20) == 0 ? 3 : 1));
        ClockQuality clock = _random.Next(20) == 0 ? ClockQuality.Holdover : ClockQuality.Synchronised;
        JournalRow row = new(Journal.LayoutId, _utcSeconds, clock, [.. _registers], qualities);
        _model.RowUnderWay = row;
        _model.KeptUnderWay = [.. _registers];
        uint sequence = Journal.AppendRow(_utcSeconds, clock, _registers, qualities);
        _model.Appended(sequence, row);
        KeepWhereMissing(qualities);
    }

    public void AppendEvent()
    {
        JournalEvent told = new(_utcSeconds, (byte)EventCode.MeterSilent, (byte)_random.Next(_registers.Length), _random.Next(), -_random.Next());
        _model.EventUnderWay = told;
        _model.Appended(Journal.AppendEvent(told.UtcSeconds, (EventCode)told.Code, told.Channel, told.A, told.B), told);
    }

    private void Checkpoint()
    {
        for (int i = 0; i < _registers.Length; i++)
            _registers[i] += _random.Next(5);
        _model.KeptUnderWay = [.. _registers];
        Journal.Checkpoint(_utcSeconds, _registers);
        _model.Kept([.. _registers]);
    }

    private void ReleaseRows()
    {
        uint next = Journal.NextRow;
        uint released = Journal.ReleasedRow;
        if (next <= released + 1)
            return;
        // Set before: a release under way may have happened.
        uint through = released + (uint)_random.NextInt64(1, next - released);
        _model.ReleasedRow = Math.Max(_model.ReleasedRow, through);
        Journal.ReleaseRows(through);
    }

    private void ReleaseEvents()
    {
        uint last = _model.TakeEvents(Journal);
        if (last == 0)
            return;
        _model.ReleasedEvent = Math.Max(_model.ReleasedEvent, last);
        Journal.ReleaseEvents(last);
    }

    // A missing register is not kept: the next restart goes on from the one before.
    private void KeepWhereMissing(byte[] qualities)
    {
        _model.KeptWhere([.. _registers], i => qualities[i] != (byte)Quality.Missing);
    }

    public sealed class RandomEntropy(Random random) : IEntropy
    {
        public uint NextUInt32() => (uint)random.NextInt64(1L << 32);
    }
}
