using System.Globalization;

namespace EdgeMeters.Bench.Faults;

/// <summary>One fault: how often, and how much.</summary>
/// <param name="Probability">0 to 1, at each request.</param>
/// <param name="From">Least, in the unit of the kind.</param>
/// <param name="To">Most.</param>
public readonly record struct Fault(FaultKind Kind, double Probability, int From, int To)
{
    private static readonly FaultKind[] OfLines = [FaultKind.Echo, FaultKind.Noise, FaultKind.Babbler, FaultKind.OtherMaster];

    /// <summary>True for what disturbs the line, false for what is wrong with a meter.</summary>
    public bool IsOfLine => OfLines.Contains(Kind);

    /// <summary>All kinds, each within the range that is usual in the field; "late" reaches past every patience.</summary>
    public static IReadOnlyList<Fault> All(double probability) =>
    [
        new(FaultKind.Late, probability, 0, 5000), new(FaultKind.Slow, 0.2, 0, 200), new(FaultKind.Duplicate, probability, 0, 100),
        new(FaultKind.Truncated, probability, 1, 6), new(FaultKind.Corrupted, probability, 1, 3), new(FaultKind.Foreign, probability, 0, 0),
        new(FaultKind.Exception, probability, 1, 6), new(FaultKind.Dead, probability / 20, 5, 60), new(FaultKind.Restart, probability / 50, 100, 3000),
        new(FaultKind.Exchange, probability / 50, 1000, 10000), new(FaultKind.Rollover, 0.3, 0, 20),
        new(FaultKind.Echo, probability, 0, 0), new(FaultKind.Noise, probability, 1, 20), new(FaultKind.Babbler, probability / 20, 100, 3000),
        new(FaultKind.OtherMaster, probability, 0, 300),
    ];

    /// <summary>Reads "late=0.05:0-5000", several with commas between, or "all=0.02".</summary>
    public static bool TryParse(string text, out IReadOnlyList<Fault> faults)
    {
        List<Fault> found = [];
        faults = found;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] halves = part.Split('=', ':');
            if (halves.Length < 2 || !double.TryParse(halves[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double probability) || probability > 1)
                return false;
            if (halves[0] == "all" && halves.Length == 2)
            {
                found.AddRange(All(probability));
                continue;
            }
            int to = 0;
            string[] range = halves.Length == 3 ? halves[2].Split('-') : ["0"];
            if (!Enum.TryParse(halves[0].Replace("-", ""), ignoreCase: true, out FaultKind kind) || !Enum.IsDefined(kind) || char.IsDigit(halves[0][0]) || halves.Length > 3
                || range.Length > 2 || !int.TryParse(range[0], NumberStyles.None, CultureInfo.InvariantCulture, out int from)
                || (range.Length == 2 && !int.TryParse(range[1], NumberStyles.None, CultureInfo.InvariantCulture, out to)))
                return false;
            found.Add(new Fault(kind, probability, from, range.Length == 2 ? to : from));
            if (found[^1].To < from)
                return false;
        }
        return true;
    }

    public bool IsDrawn(Random random) => random.NextDouble() < Probability;

    public int Draw(Random random) => (int)random.NextInt64(From, To + 1L);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind.ToString().ToLowerInvariant()}={Probability:0.######}:{From}-{To}");
}
