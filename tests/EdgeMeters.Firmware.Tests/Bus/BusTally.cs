using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>How the readings of a <see cref="BusStreet"/> ended.</summary>
internal sealed class BusTally
{
    private const int ExamplesMax = 10;

    private readonly SortedDictionary<BusResult, long> _counts = [];

    public long Readings { get; private set; }

    public long Wrong { get; private set; }

    /// <summary>Of the wrong ones, those that another register showed in the last minute.</summary>
    public long Misattributed { get; private set; }

    public List<string> Examples { get; } = [];

    public long CountOf(BusResult result) => _counts.GetValueOrDefault(result);

    public void Count(BusResult result)
    {
        Readings++;
        _counts[result] = CountOf(result) + 1;
    }

    public void AddWrong(bool isAnothers, string example)
    {
        Wrong++;
        Misattributed += isAnothers ? 1 : 0;
        if (Examples.Count < ExamplesMax)
            Examples.Add(example);
    }

    public override string ToString()
    {
        string ends = string.Join(", ", _counts.Where(end => end.Key != BusResult.Ok).Select(end => $"{end.Key} {end.Value}"));
        return $"{Readings} readings: right {CountOf(BusResult.Ok) - Wrong}, wrong {Wrong}, of them another register's {Misattributed}, flagged {Readings - CountOf(BusResult.Ok)} ({ends})";
    }
}
