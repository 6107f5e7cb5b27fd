namespace EdgeMeters.Bench.Network;

/// <summary>A parameter of a link: it lies between the two, both included, and somebody said so.</summary>
/// <param name="Source">Where the figures are from; "assumed" where nobody published any.</param>
public sealed record LinkRange(double Least, double Most, string Source)
{
    /// <summary>A figure within the range.</summary>
    public double Draw(Random random) => Least + (random.NextDouble() * (Most - Least));
}
