namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>Leaves out readings whose label cannot be right, since it contradicts the order in which they were made.</summary>
internal static class ReadingOrder
{
    // One label that a clock in order gave outweighs some that one in doubt gave.
    private const int TrustedWeight = 16;

    /// <summary>The readings in the order of their labels: of each journal's lifetime the most whose labels and sequences rise together.</summary>
    public static List<RegisterReading> Consistent(IEnumerable<RegisterReading> readings)
    {
        var kept = new List<RegisterReading>();
        foreach (var lifetime in readings.DistinctBy(r => r.Id).GroupBy(r => (r.Id.Node, r.Id.Epoch, r.Id.Channel)))
            kept.AddRange(Rising([.. lifetime.OrderBy(r => r.EndUtcSeconds).ThenByDescending(r => r.Id.Sequence)]));
        // By what they say themselves, so that the order in which they came makes no difference.
        return [.. kept.OrderBy(r => r.EndUtcSeconds).ThenBy(r => r.Clock).ThenBy(r => r.Id.Node, StringComparer.Ordinal).ThenBy(r => r.Id.Epoch)
            .ThenBy(r => r.Id.Channel).DistinctBy(r => r.EndUtcSeconds)];
    }

    private static IReadOnlyList<RegisterReading> Rising(List<RegisterReading> byLabel)
    {
        if (IsRising(byLabel))
            return byLabel;
        // The heaviest rising row that ends with each reading; a tree over the ranks of sequences finds the one to go on from.
        uint[] sequences = [.. byLabel.Select(r => r.Id.Sequence).Order()];
        long[] weights = new long[byLabel.Count];
        int[] befores = new int[byLabel.Count];
        int[] tree = new int[sequences.Length + 1];
        Array.Fill(tree, -1);
        int last = -1;
        for (int i = 0; i < byLabel.Count; i++)
        {
            int rank = Array.BinarySearch(sequences, byLabel[i].Id.Sequence) + 1;
            befores[i] = HeaviestBelow(tree, rank, weights);
            weights[i] = (befores[i] >= 0 ? weights[befores[i]] : 0) + (byLabel[i].Clock == EdgeMeters.Wire.ClockQuality.Synchronised ? TrustedWeight : 1);
            for (int at = rank; at < tree.Length; at += at & -at)
            {
                if (tree[at] < 0 || weights[tree[at]] < weights[i])
                    tree[at] = i;
            }
            if (last < 0 || weights[i] > weights[last])
                last = i;
        }
        var row = new List<RegisterReading>();
        for (; last >= 0; last = befores[last])
            row.Add(byLabel[last]);
        row.Reverse();
        return row;
    }

    private static int HeaviestBelow(int[] tree, int rank, long[] weights)
    {
        int heaviest = -1;
        for (int at = rank - 1; at > 0; at -= at & -at)
        {
            if (tree[at] >= 0 && (heaviest < 0 || weights[tree[at]] > weights[heaviest]))
                heaviest = tree[at];
        }
        return heaviest;
    }

    private static bool IsRising(List<RegisterReading> readings)
    {
        for (int i = 1; i < readings.Count; i++)
        {
            if (readings[i].Id.Sequence <= readings[i - 1].Id.Sequence || readings[i].EndUtcSeconds == readings[i - 1].EndUtcSeconds)
                return false;
        }
        return true;
    }
}
