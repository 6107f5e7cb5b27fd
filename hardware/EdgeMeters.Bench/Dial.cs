using EdgeMeters.Wire;

namespace EdgeMeters.Bench;

/// <summary>What a virtual meter has truly counted, in integer base units, at every instant since it was made.</summary>
/// <remarks>
/// The dial grows by a curve that follows from the seed: a mean rate with three swings of a minute, some minutes and a day, never below a
/// twentieth of the mean. The curve is a closed form of the time the dial has run, so the dial of any instant can be asked for, past or to come,
/// and nothing is recorded but when it was frozen. It never falls and shows every unit on its way. Safe for several threads.
/// </remarks>
public sealed class Dial
{
    /// <summary>Freezes and runs kept; a test that needs more does something else.</summary>
    private const int TurnsMax = 1000;

    private static readonly double[] SwingShares = [0.3, 0.3, 0.35];

    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private readonly double _perSecond;
    private readonly double[] _swingSeconds;
    private readonly double[] _swingPhases;
    private readonly object _gate = new();
    private readonly List<Turn> _turns = [];

    /// <param name="start">What the dial shows first.</param>
    /// <param name="perHour">Mean growth, in units an hour: watts for a dial in Wh.</param>
    public Dial(TimeProvider time, Unit unit, long start, double perHour, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(perHour);
        _time = time;
        _startTimestamp = time.GetTimestamp();
        StartUtc = time.GetUtcNow();
        Unit = unit;
        Start = start;
        Seed = seed;
        _perSecond = perHour / 3600;
        Random random = new(seed);
        _swingSeconds = [40 + (40 * random.NextDouble()), 240 + (600 * random.NextDouble()), 86400];
        _swingPhases = [Phase(random), Phase(random), Phase(random)];
        _turns.Add(new Turn(StartUtc, 0, IsRunning: true));
    }

    public Unit Unit { get; }

    public long Start { get; }

    public DateTimeOffset StartUtc { get; }

    public int Seed { get; }

    /// <summary>UTC by the clock at the start and the time passed since: a clock that is set meanwhile does not move the dial.</summary>
    public DateTimeOffset NowUtc => StartUtc + _time.GetElapsedTime(_startTimestamp);

    public long Now => At(NowUtc);

    /// <summary>The dial at an instant; before it was made, its first reading.</summary>
    public long At(DateTimeOffset utc) => Start + (long)Math.Floor(Growth(RunSecondsAt(utc)));

    /// <summary>Growth at an instant in units an hour; 0 while frozen.</summary>
    public double PerHourAt(DateTimeOffset utc)
    {
        if (!TurnAt(utc).IsRunning)
            return 0;
        double seconds = RunSecondsAt(utc);
        double factor = 1;
        for (int i = 0; i < SwingShares.Length; i++)
            factor += SwingShares[i] * Math.Sin((Math.Tau * seconds / _swingSeconds[i]) + _swingPhases[i]);
        return _perSecond * factor * 3600;
    }

    /// <summary>True when the dial showed this reading at some instant within the tolerance around one.</summary>
    public bool Showed(long reading, DateTimeOffset utc, TimeSpan tolerance) => At(utc - tolerance) <= reading && reading <= At(utc + tolerance);

    /// <summary>The first instant, to the millisecond, at which the dial shows a reading or more.</summary>
    /// <param name="afterUtc">An instant at which it shows less.</param>
    /// <param name="byUtc">An instant at which it shows it.</param>
    public DateTimeOffset FirstShownUtc(long reading, DateTimeOffset afterUtc, DateTimeOffset byUtc)
    {
        if (At(byUtc) < reading)
            throw new ArgumentException($"the dial does not show {reading} by {byUtc:O}", nameof(byUtc));
        long low = 0;
        long high = (long)Math.Ceiling((byUtc - afterUtc).TotalMilliseconds);
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            if (At(afterUtc.AddMilliseconds(middle)) >= reading)
                high = middle;
            else
                low = middle;
        }
        DateTimeOffset found = afterUtc.AddMilliseconds(high);
        return found < byUtc ? found : byUtc;
    }

    /// <summary>Stops the dial: nothing is consumed until <see cref="Run"/>.</summary>
    public void Freeze() => SetRunning(isRunning: false);

    public void Run() => SetRunning(isRunning: true);

    private void SetRunning(bool isRunning)
    {
        lock (_gate)
        {
            DateTimeOffset now = NowUtc;
            if (_turns[^1].IsRunning == isRunning)
                return;
            if (_turns.Count == TurnsMax)
                throw new InvalidOperationException($"a dial can be frozen and run {TurnsMax} times in all: make a new one");
            _turns.Add(new Turn(now, RunSecondsAt(now), isRunning));
        }
    }

    private double RunSecondsAt(DateTimeOffset utc)
    {
        Turn turn = TurnAt(utc);
        if (!turn.IsRunning)
            return turn.RunSeconds;
        // Whole milliseconds: two instants that differ then differ by more than the rounding of the closed form, so the dial cannot fall.
        double milliseconds = Math.Floor((utc - turn.FromUtc).TotalMilliseconds);
        return turn.RunSeconds + (Math.Max(milliseconds, 0) / 1000);
    }

    private Turn TurnAt(DateTimeOffset utc)
    {
        lock (_gate)
        {
            int i = _turns.Count - 1;
            while (i > 0 && _turns[i].FromUtc > utc)
                i--;
            return _turns[i];
        }
    }

    private double Growth(double seconds)
    {
        double meanSeconds = seconds;
        for (int i = 0; i < SwingShares.Length; i++)
        {
            double perRadian = _swingSeconds[i] / Math.Tau;
            meanSeconds += SwingShares[i] * perRadian * (Math.Cos(_swingPhases[i]) - Math.Cos((seconds / perRadian) + _swingPhases[i]));
        }
        return _perSecond * meanSeconds;
    }

    private static double Phase(Random random) => Math.Tau * random.NextDouble();

    /// <summary>From here on the dial runs or rests; before it, it had run for so many seconds.</summary>
    private readonly record struct Turn(DateTimeOffset FromUtc, double RunSeconds, bool IsRunning);
}
