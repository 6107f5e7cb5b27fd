using EdgeMeters.Wire;

namespace EdgeMeters.Bench.Flash;

/// <summary>A row as the test gave it to the journal.</summary>
public sealed record JournalRow(uint LayoutId, uint UtcSeconds, ClockQuality Clock, long[] Registers, byte[] Qualities)
{
    public bool IsRow(ReadingBlock block, int row)
    {
        if (block.LayoutId != LayoutId || block.UtcSecondsOf(row) != UtcSeconds || block.Clock != Clock || block.Channels != Registers.Length)
            return false;
        for (int i = 0; i < Registers.Length; i++)
        {
            int at = row * block.Channels + i;
            long expected = Qualities[i] == (byte)Quality.Missing ? 0 : Registers[i];
            if (block.Qualities[at] != Qualities[i] || block.Registers[at] != expected)
                return false;
        }
        return true;
    }
}
