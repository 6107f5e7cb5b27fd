namespace EdgeMeters.Simulation.City;

/// <summary>How many readings took how many seconds.</summary>
internal sealed class Delays
{
    private const int SecondsMax = 40 * 86_400;

    private readonly SortedDictionary<int, long> _bySecond = [];

    public long Count { get; private set; }

    public int LongestSeconds => _bySecond.Count == 0 ? 0 : _bySecond.Keys.Max();

    public void Add(long ms, int readings)
    {
        int seconds = (int)Math.Clamp((ms + 999) / 1000, 0, SecondsMax);
        _bySecond[seconds] = _bySecond.GetValueOrDefault(seconds) + readings;
        Count += readings;
    }

    public void Add(Delays other)
    {
        foreach (var (seconds, readings) in other._bySecond)
            _bySecond[seconds] = _bySecond.GetValueOrDefault(seconds) + readings;
        Count += other.Count;
    }

    /// <summary>So many percent of the readings took no longer.</summary>
    public int Percentile(double percent)
    {
        long below = 0;
        foreach (var (seconds, readings) in _bySecond)
        {
            below += readings;
            if (below >= Count * percent / 100)
                return seconds;
        }
        return 0;
    }
}
