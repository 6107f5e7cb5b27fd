using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>Consecutive readings of one channel within a day.</summary>
internal sealed class StoredRun
{
    private readonly List<long> _registers;
    private readonly List<byte> _qualities;

    public StoredRun(uint channel, uint epoch, uint firstSequence, uint startUtcSeconds, ClockQuality clock)
    {
        Channel = channel;
        Epoch = epoch;
        FirstSequence = firstSequence;
        StartUtcSeconds = startUtcSeconds;
        Clock = clock;
        _registers = [];
        _qualities = [];
    }

    public StoredRun(ReadingBlock block)
        : this(block.LayoutId, block.Epoch, block.FirstSequence, block.StartUtcSeconds, block.Clock)
    {
        PeriodSeconds = block.PeriodSeconds;
        _registers.AddRange(block.Registers.AsSpan(0, block.Rows));
        _qualities.AddRange(block.Qualities.AsSpan(0, block.Rows));
    }

    /// <summary>Number of the channel in the catalog.</summary>
    public uint Channel { get; }

    public uint Epoch { get; }

    public uint FirstSequence { get; }

    public uint LastSequence => FirstSequence + (uint)Count - 1;

    public uint StartUtcSeconds { get; }

    public int PeriodSeconds { get; private set; }

    public ClockQuality Clock { get; }

    public int Count => _registers.Count;

    public bool Holds(uint sequence) => sequence >= FirstSequence && sequence - FirstSequence < Count;

    public uint EndUtcSecondsOf(int i) => StartUtcSeconds + (uint)(i * PeriodSeconds);

    public long RegisterOf(int i) => _registers[i];

    public Quality QualityOf(int i) => (Quality)_qualities[i];

    /// <summary>True when the reading continues this run; a run of one takes its period from the second.</summary>
    public bool TryExtend(uint channel, ReadingBlock block, uint sequence, uint endUtcSeconds)
    {
        if (Channel != channel || Epoch != block.Epoch || Clock != block.Clock || Count >= Limits.ReadingsPerBlockMax)
            return false;
        if (sequence != FirstSequence + (uint)Count || endUtcSeconds <= StartUtcSeconds)
            return false;
        if (Count > 1)
            return endUtcSeconds == EndUtcSecondsOf(Count);
        if (endUtcSeconds - StartUtcSeconds > Limits.PeriodSecondsMax)
            return false;
        PeriodSeconds = (int)(endUtcSeconds - StartUtcSeconds);
        return true;
    }

    public void Add(long register, byte quality)
    {
        _registers.Add(register);
        _qualities.Add(quality);
    }

    /// <summary>Some of its readings as a run of their own; null for none.</summary>
    public StoredRun? Part(int first, int count)
    {
        if (count == 0)
            return null;
        var part = new StoredRun(Channel, Epoch, FirstSequence + (uint)first, EndUtcSecondsOf(first), Clock) { PeriodSeconds = count > 1 ? PeriodSeconds : 0 };
        part._registers.AddRange(_registers.GetRange(first, count));
        part._qualities.AddRange(_qualities.GetRange(first, count));
        return part;
    }

    public ReadingBlock ToBlock(int first, int count)
    {
        var block = new ReadingBlock(count)
        {
            Epoch = Epoch,
            LayoutId = Channel,
            FirstSequence = FirstSequence + (uint)first,
            StartUtcSeconds = EndUtcSecondsOf(first),
            PeriodSeconds = count > 1 ? PeriodSeconds : 0,
            Clock = Clock,
            Rows = count,
            Channels = 1,
        };
        _registers.CopyTo(first, block.Registers, 0, count);
        _qualities.CopyTo(first, block.Qualities, 0, count);
        return block;
    }
}
