namespace EdgeMeters.Simulation.World;

/// <summary>The world's one clock and what is due on it. What is due at the same moment happens in the order in which it was planned.</summary>
internal sealed class WorldTime
{
    /// <summary>As the bench's virtual time: 15 January 2027, 08:00 UTC.</summary>
    public const long StartUtcMs = 1_800_000_000_000;

    private readonly PriorityQueue<Action, (long AtMs, long Order)> _due = new();
    private long _order;

    /// <summary>Milliseconds since the begin.</summary>
    public long NowMs { get; private set; }

    public long UtcMs => StartUtcMs + NowMs;

    public void At(long atMs, Action happens) => _due.Enqueue(happens, (Math.Max(atMs, NowMs), _order++));

    public void After(long ms, Action happens) => At(NowMs + ms, happens);

    /// <summary>Lets everything happen that is due up to a moment.</summary>
    public void RunUntil(long untilMs)
    {
        while (_due.TryPeek(out _, out var key) && key.AtMs <= untilMs)
        {
            NowMs = key.AtMs;
            _due.Dequeue()();
        }
        NowMs = untilMs;
    }
}
