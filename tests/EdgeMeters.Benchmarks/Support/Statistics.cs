namespace EdgeMeters.Benchmarks.Support;

internal static class Statistics
{
    public static double Median(IEnumerable<double> figures) => Percentile(figures, 50);

    /// <summary>The smallest figure that at least <paramref name="percent"/> of all do not exceed.</summary>
    public static double Percentile(IEnumerable<double> figures, double percent)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("There is nothing to take a percentile of.");
        int rank = (int)Math.Ceiling(percent / 100 * sorted.Length);
        return sorted[Math.Clamp(rank - 1, 0, sorted.Length - 1)];
    }
}
