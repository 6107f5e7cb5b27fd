using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>Counts at the ends: what the nodes appended, each register held against its dial, beside what the head-end has, as sets; events beside the log.</summary>
internal sealed class Tally
{
    private const int ExamplesMax = 5;

    private const IntervalQuality GapFlags =
        IntervalQuality.Gap | IntervalQuality.ClockDoubt | IntervalQuality.First | IntervalQuality.Missing | IntervalQuality.Decreased;

    public long Readings { get; private set; }

    /// <summary>Events that the gateway's log holds.</summary>
    public long Events { get; private set; }

    public long Lost { get; private set; }

    public long Doubled { get; private set; }

    public long Altered { get; private set; }

    public long UnflaggedGaps { get; private set; }

    /// <summary>Meters whose consumption at the head-end is not what their dial turned.</summary>
    public long WrongSums { get; private set; }

    /// <summary>What was wrong, the first few.</summary>
    public List<string> Examples { get; } = [];

    public bool IsGood => Lost + Doubled + Altered + UnflaggedGaps + WrongSums == 0;

    public void Add(World world)
    {
        long expected = 0;
        foreach (var node in world.Nodes)
            expected += Add(node, world.HeadEnd);
        Readings += world.HeadEnd.Taken.Count;
        long invented = world.HeadEnd.Taken.Count - (expected - Lost);
        Note(invented, () => $"{invented} readings at the head-end that nobody appended", count => Altered += count);
        foreach (string contradiction in world.HeadEnd.Contradictions)
            Note(1, () => $"one key, two contents: {contradiction}", count => Doubled += count);
        var events = EventTally.Of(world);
        Events += events.Events;
        Note(events.Lost, count => Lost += count);
        Note(events.Doubled, count => Doubled += count);
        Note(events.Altered, count => Altered += count);
    }

    private long Add(SimulatedNode node, SimulatedHeadEnd headEnd)
    {
        long expected = 0;
        var meters = new Dictionary<string, MeterSum>(StringComparer.Ordinal);
        foreach (var ((epoch, sequence), row) in node.Rows.OrderBy(r => r.Key.Epoch).ThenBy(r => r.Key.Sequence))
        {
            for (int i = 0; i < row.Registers.Length; i++)
            {
                expected++;
                var meter = node.Plan.Generations[row.Generation][i];
                if (!meters.TryGetValue(meter.Serial, out var sum))
                    meters.Add(meter.Serial, sum = new MeterSum(meter));
                var id = new ReadingId(node.Plan.Name, epoch, sequence, (byte)i);
                if (!headEnd.Taken.TryGetValue(id, out var item))
                {
                    Note(1, () => $"{id}, appended at {row.WorldMs} ms of the world, never came", count => Lost += count);
                    continue;
                }
                if (!IsAs(item, meter, row, i))
                    Note(1, () => $"{id}: appended {row.Registers[i]} of {meter.Point} for {row.EndUtcSeconds}, came {item.Point.Id} {item.Interval}", count => Altered += count);
                if (sum.IsGapUnflagged(row, item.Interval, node.Plan.IntervalSeconds))
                    Note(1, () => $"{id}: nothing tells that there was none for {row.WorldMs - sum.LastMs} ms before {row.WorldMs}: {item.Interval}", count => UnflaggedGaps += count);
                sum.Add(row, i, item.Interval);
            }
        }
        foreach (var sum in meters.Values.Where(s => s.Turned != s.Consumed))
            Note(1, () => $"{sum.Meter.Serial}: the dial turned by {sum.Turned}, the head-end has {sum.Consumed}", count => WrongSums += count);
        return expected;
    }

    private static bool IsAs(ForwardItem item, MeterPlan meter, RowTruth row, int channel)
    {
        bool isMissing = row.Qualities[channel] == (byte)Quality.Missing;
        return item.Point.Id == meter.Point && item.Point.MeterSerial == meter.Serial && item.Interval.EndUtcSeconds == row.EndUtcSeconds
            && item.Interval.Register == (isMissing ? null : row.Registers[channel])
            && (item.Interval.Quality & IntervalQuality.Missing) != 0 == isMissing
            && (item.Interval.Quality & IntervalQuality.Suspect) != 0 == (row.Qualities[channel] == (byte)Quality.Suspect);
    }

    private void Note(List<string> found, Action<long> add)
    {
        foreach (string one in found)
            Note(1, () => one, add);
    }

    private void Note(long count, Func<string> say, Action<long> add)
    {
        if (count == 0)
            return;
        add(Math.Abs(count));
        if (Examples.Count < ExamplesMax)
            Examples.Add(say());
    }

    /// <summary>What one meter turned between its first and its last reading, and what the head-end has of it.</summary>
    private sealed class MeterSum(MeterPlan meter)
    {
        private long? _last;

        public MeterPlan Meter => meter;

        public long LastMs { get; private set; }

        public long Turned { get; private set; }

        public long Consumed { get; private set; }

        /// <summary>True when it was half an interval longer than one, and nothing says so.</summary>
        public bool IsGapUnflagged(RowTruth row, IntervalReading interval, int intervalSeconds) =>
            LastMs > 0 && row.WorldMs - LastMs > 1500L * intervalSeconds && !row.WasClockSet && (interval.Quality & GapFlags) == 0;

        public void Add(RowTruth row, int channel, IntervalReading interval)
        {
            LastMs = row.WorldMs;
            Consumed += interval.Consumption ?? 0;
            if (row.Qualities[channel] == (byte)Quality.Missing)
                return;
            long growth = row.Registers[channel] - (_last ?? row.Registers[channel]);
            Turned += growth < 0 ? growth + meter.Modulus : growth;
            _last = row.Registers[channel];
        }
    }
}
