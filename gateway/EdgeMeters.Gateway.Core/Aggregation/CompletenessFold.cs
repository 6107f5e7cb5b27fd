namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Folds the completeness of points into that of their stations, utilities or the whole. Holds one figure a name, however many points there are.</summary>
public sealed class CompletenessFold
{
    private readonly Dictionary<string, CompletenessOfPoints> _byName = new(StringComparer.Ordinal);

    /// <summary>Counts one point.</summary>
    /// <param name="name">Where it belongs: a station, a utility; empty for none.</param>
    /// <param name="ofPoint">Its figure. A point of which nothing was heard counts with what is expected of it.</param>
    public void Add(string name, Completeness ofPoint)
    {
        var before = _byName.GetValueOrDefault(name, new CompletenessOfPoints(name, 0, 0, 0, default));
        _byName[name] = new CompletenessOfPoints(
            name, before.Points + 1, before.WholePoints + (ofPoint.IsWhole ? 1 : 0),
            before.SilentPoints + (ofPoint is { CoveredSeconds: 0, ExpectedSeconds: > 0 } ? 1 : 0), before.Completeness + ofPoint);
    }

    /// <summary>The figures, by name.</summary>
    public IReadOnlyList<CompletenessOfPoints> Figures() => [.. _byName.Values.OrderBy(f => f.Name, StringComparer.Ordinal)];
}
