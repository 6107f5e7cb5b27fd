using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>A row of a block of readings.</summary>
/// <param name="Block">The block.</param>
/// <param name="Row">Its row.</param>
internal readonly record struct BlockRow(ReadingBlock Block, int Row)
{
    public uint Sequence => Block.FirstSequence + (uint)Row;

    public uint EndUtcSeconds => Block.UtcSecondsOf(Row);

    public ClockQuality Clock => Block.Clock;

    public long RegisterOf(int channel) => Block.Registers[Row * Block.Channels + channel];

    public Quality QualityOf(int channel) => (Quality)Block.Qualities[Row * Block.Channels + channel];
}
