using EdgeMeters.Field.Line;
using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Field.Read;

/// <summary>Readings without a profile, and what is believed of them.</summary>
/// <remarks>
/// As in the node, an answer alone is believed only where nothing speaks against it: not the first one, since what was asked before this program
/// started may still be answered; not the next after a fault; never one that is guarded by a sum of eight bits only. Then a register is believed once
/// two passes agree, or three never fall: the one in the middle is what the dial has passed. What is not cumulative never repeats itself
/// to the digit and is believed when two passes are close.
/// </remarks>
internal sealed class RawReading(LineSession session, RawMeter meter)
{
    private const int PassesMax = 3;
    private const int Tries = 3;

    /// <summary>Two readings of a voltage or a power are close when they differ by no more than an eighth.</summary>
    private const int CloseShare = 8;

    private static readonly string[] CumulativeUnits = ["Wh", "kWh", "MWh", "100 MWh", "kvarh", "J", "kJ", "MJ", "GJ", "L", "m³", "kg", "t"];

    private bool _isInDoubt = true;

    /// <summary>How the last exchange ended.</summary>
    public BusResult Result { get; private set; }

    public IReadOnlyList<ReadRow> Read(CancellationToken cancellation)
    {
        List<IReadOnlyList<ReadRow>> passes = [];
        while (passes.Count < PassesMax)
        {
            cancellation.ThrowIfCancellationRequested();
            Result = session.Ask(meter, Tries, out int faults);
            _isInDoubt |= faults > 0;
            if (Result != BusResult.Ok)
                return [ReadRow.Failed(meter.Asked, Trouble.Of(Result, meter.Table.Protocol, meter.RefusalCode)!)];
            passes.Add(meter.Rows());
            if (!_isInDoubt && !meter.IsDoubtful)
                return passes[^1];
            ReadRow[] believed = [.. Enumerable.Range(0, passes[^1].Count).Select(i => Judge(passes, i))];
            // What the meter itself doubts does not become better by reading it again.
            bool isSettled = passes.Count > 1 && believed.Zip(passes[^1]).All(pair => pair.First.IsGood || !pair.Second.IsGood);
            if (isSettled || passes.Count == PassesMax)
            {
                _isInDoubt = false;
                return believed;
            }
        }
        return passes[^1];
    }

    /// <summary>The register of the last pass, or of one that others bear out.</summary>
    private static ReadRow Judge(List<IReadOnlyList<ReadRow>> passes, int at)
    {
        ReadRow last = passes[^1][at];
        ReadRow[] earlier = [.. passes[..^1].Where(p => at < p.Count && p[at].Register == last.Register).Select(p => p[at])];
        if (!last.IsGood || earlier.Any(e => AreAlike(e, last)))
            return last;
        if (earlier.Length == PassesMax - 1 && Compare(earlier[0], earlier[1]) <= 0 && Compare(earlier[1], last) <= 0)
            return earlier[1];
        return last.Doubted("unsteady: it differed each time that it was read");
    }

    private static bool AreAlike(ReadRow left, ReadRow right)
    {
        if (left.Raw == right.Raw)
            return true;
        if (!left.IsNumber || !right.IsNumber || left.Unit != right.Unit || CumulativeUnits.Contains(left.Unit))
            return false;
        double one = Number(left);
        double other = Number(right);
        return Math.Abs(one - other) * CloseShare <= Math.Max(Math.Abs(one), Math.Abs(other));
    }

    private static int Compare(ReadRow left, ReadRow right) => left.IsNumber && right.IsNumber
        ? Number(left).CompareTo(Number(right))
        : string.CompareOrdinal(left.Shown, right.Shown);

    private static double Number(ReadRow row) => double.Parse(row.Shown!, System.Globalization.CultureInfo.InvariantCulture);
}
