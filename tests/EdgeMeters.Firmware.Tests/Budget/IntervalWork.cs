using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>What a node does in an interval, part by part. Run over the counted core with its counter, and over the true one with a clock.</summary>
internal static class IntervalWork
{
    public const string Polls = "interval's end: 16 polls, 16 pulse inputs, row of 32 channels";
    public const string Pulses = "look at 16 pulse inputs";
    public const string Checkpoint = "checkpoint of 32 channels, with its look";
    public const string Block = "block of 1 × 32 readings, sealed, and its release";
    public const string Idle = "look of the uplink with nothing to send";
    public const string Backlog = "block of 16 × 32 readings from the journal, sealed, and its release";
    public const string DayBlock = "block of 96 × 16 readings, written only";

    private const int Intervals = 100;

    /// <param name="measure">Instructions so far, or time.</param>
    /// <param name="tell">Takes each part with the mean of its cost.</param>
    public static void Run(Func<long> measure, Action<string, long> tell)
    {
        SixteenMeters node = new();
        node.Acquire();
        node.Drain();
        long polls = 0;
        long pulses = 0;
        long checkpoint = 0;
        long block = 0;
        long idle = 0;
        for (int i = 0; i < Intervals; i++)
        {
            node.Clock.Advance(60_200);
            pulses += Cost(measure, node.Core.StepAcquisition);
            node.Counters[i % SixteenMeters.Meters].Total++;
            checkpoint += Cost(measure, node.Core.StepAcquisition);
            node.PassInterval();
            polls += Cost(measure, node.Acquire);
            block += ReadingsBlockCost(measure, node);
            node.Drain();
            idle += Cost(measure, node.Core.StepUplink);
        }
        tell(Polls, polls / Intervals);
        tell(Pulses, pulses / Intervals);
        tell(Checkpoint, checkpoint / Intervals);
        tell(Block, block / Intervals);
        tell(Idle, idle / Intervals);
        tell(Backlog, BacklogCost(measure, node));
        tell(DayBlock, DayBlockCost(measure));
    }

    private static long BacklogCost(Func<long> measure, SixteenMeters node)
    {
        const int rows = 16;
        for (int i = 0; i < rows; i++)
        {
            node.PassInterval();
            node.Acquire();
        }
        ReadingBlock block = new(rows * SixteenMeters.Channels);
        ReadingBlockWriter writer = new(new BlockEnvelope(new ChecksumMac()));
        byte[] destination = new byte[Limits.BlockBytesMin];
        return Cost(measure, () =>
        {
            uint from = node.Core.Journal.ReleasedRow + 1;
            if (node.Core.Journal.ReadRows(from, rows, block) != rows || writer.Write(block, rows, destination, destination.Length) == 0)
                throw new InvalidOperationException("16 rows were kept and fit a block");
            node.Core.Journal.ReleaseRows(from + rows - 1);
        });
    }

    /// <summary>The next block of readings, made, sent and released; what goes before it, a hello or events, is not counted.</summary>
    private static long ReadingsBlockCost(Func<long> measure, SixteenMeters node)
    {
        long blocks = node.Uplink.Blocks;
        while (true)
        {
            long cost = Cost(measure, node.Core.Session.Step);
            cost += Cost(measure, node.Core.Session.Step);
            if (node.Uplink.Blocks == blocks)
                throw new InvalidOperationException("there were no readings to send");
            blocks = node.Uplink.Blocks;
            if (node.Uplink.LastKind == BlockKind.Readings)
                return cost;
        }
    }

    private static long DayBlockCost(Func<long> measure)
    {
        const int rows = 96;
        const int channels = 16;
        ReadingBlock block = new(rows * channels)
        {
            Epoch = 1, LayoutId = 1, FirstSequence = 1, StartUtcSeconds = 1_800_000_000, PeriodSeconds = 900, Channels = channels, Rows = rows,
        };
        // A household: mostly its base load, sometimes a cooker. The same numbers in every run.
        uint state = 1;
        for (int i = channels; i < rows * channels; i++)
        {
            state = 1664525 * state + 1013904223;
            block.Registers[i] = block.Registers[i - channels] + 20 + (state >> 26) + (state % 16 == 0 ? 700 : 0);
        }
        ReadingBlockWriter writer = new(new BlockEnvelope(new ChecksumMac()));
        byte[] destination = new byte[Limits.BlockBytesMax];
        return Cost(measure, () => writer.Write(block, rows, destination, destination.Length));
    }

    private static long Cost(Func<long> measure, Action work)
    {
        long before = measure();
        work();
        return measure() - before;
    }
}
