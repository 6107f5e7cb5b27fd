namespace EdgeMeters.Wire;

/// <summary>Readings of all channels of one node at consecutive interval ends, each one period after the one before.</summary>
/// <remarks>
/// The arrays are sized once and reused. A row is one interval end; <c>Registers[row * Channels + channel]</c> is a reading, its
/// <see cref="Qualities"/> entry the quality. Where that is <see cref="Quality.Missing"/> the register is zero and means nothing.
/// A reading's identity, end to end and for ever, is (node, <see cref="Epoch"/>, <see cref="FirstSequence"/> + row, channel).
/// </remarks>
public sealed class ReadingBlock
{
    public ReadingBlock(int readingsMax)
    {
        Registers = new long[readingsMax];
        Qualities = new byte[readingsMax];
    }

    /// <summary>The journal's lifetime: a random number drawn when a journal is made, so that no sequence is ever used twice.</summary>
    public uint Epoch { get; set; }

    /// <summary>Names the layout under which the readings were made: the CRC-32C of its encoding.</summary>
    public uint LayoutId { get; set; }

    /// <summary>Sequence of the first row; rows count up by one. Sequences begin at 1.</summary>
    public uint FirstSequence { get; set; }

    /// <summary>UTC seconds of the first row's interval end.</summary>
    public uint StartUtcSeconds { get; set; }

    /// <summary>Seconds from row to row; 0 when there is but one row.</summary>
    public int PeriodSeconds { get; set; }

    public ClockQuality Clock { get; set; }

    public int Rows { get; set; }

    public int Channels { get; set; }

    /// <summary>Cumulative registers in the channel's raw unit, row by row.</summary>
    public long[] Registers { get; }

    /// <summary><see cref="Quality"/> of each reading, row by row.</summary>
    public byte[] Qualities { get; }

    /// <summary>Rows that fit, given the number of channels.</summary>
    public int RowsMax(int channels)
    {
        return Registers.Length / channels;
    }

    public uint UtcSecondsOf(int row)
    {
        return StartUtcSeconds + (uint)(row * PeriodSeconds);
    }
}
