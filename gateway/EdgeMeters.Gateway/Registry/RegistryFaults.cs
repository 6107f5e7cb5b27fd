using System.Globalization;

namespace EdgeMeters.Gateway.Registry;

/// <summary>Everything that is wrong with a registry's files, each with its file and line; the first hundred are kept, all are counted.</summary>
internal sealed class RegistryFaults
{
    private const int KeptMax = 100;

    private readonly List<(string File, int Line, string Text)> _kept = [];

    public long Count { get; private set; }

    public void Add(string file, int line, string text, string remedy)
    {
        Count++;
        if (_kept.Count < KeptMax)
            _kept.Add((file, line, $"{text}: {remedy}."));
    }

    /// <summary>A line for each, as <c>points.csv:12: what: what to do.</c></summary>
    public IEnumerable<string> Lines()
    {
        foreach (var (file, line, text) in _kept.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line))
            yield return line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {text}") : $"{file}: {text}";
        if (Count > _kept.Count)
            yield return string.Create(CultureInfo.InvariantCulture, $"and {Count - _kept.Count} faults more");
    }
}
