using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Simulation.World;

/// <summary>A utility's head-end: takes items by their key, each once, and of the revisions of one reading the highest counts.</summary>
/// <remarks>It refuses, takes half, takes all and has its answer lost, or hangs and then does one of these.</remarks>
internal sealed class SimulatedHeadEnd(string name, WorldTime world, FaultTable faults, Random random) : IForwarder
{
    public string Name => name;

    /// <summary>By reading, what counts.</summary>
    public Dictionary<ReadingId, ForwardItem> Taken { get; } = [];

    /// <summary>Items that came again under a key that was taken.</summary>
    public long Repeats { get; private set; }

    /// <summary>Repeats that said something else than the first under their key.</summary>
    public List<string> Contradictions { get; } = [];

    /// <summary>True once nothing fails any more.</summary>
    public bool IsHealed { get; set; }

    public Task<ForwardResult> SendAsync(IReadOnlyList<ForwardItem> items, string? position, CancellationToken cancel)
    {
        if (IsHealed || random.NextDouble() >= faults.BatchHangs)
            return Task.FromResult(Answer(items));
        // Whoever waits may be gone by then: the head-end takes what it takes all the same.
        var late = new TaskCompletionSource<ForwardResult>();
        world.After(random.Next(1_000, 60_000 * faults.HangMinutesMax), () => late.SetResult(Answer(items)));
        return late.Task;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ForwardResult Answer(IReadOnlyList<ForwardItem> items)
    {
        double drawn = IsHealed ? 1 : random.NextDouble();
        if (drawn < faults.BatchRefused)
            return ForwardResult.AllRetry(items.Count, null, "refused");
        int taken = drawn < faults.BatchRefused + faults.BatchHalfTaken ? random.Next(items.Count) : items.Count;
        for (int i = 0; i < taken; i++)
            Take(items[i]);
        if (drawn >= faults.BatchRefused + faults.BatchHalfTaken && drawn < faults.BatchRefused + faults.BatchHalfTaken + faults.AnswerLost)
            return ForwardResult.AllRetry(items.Count, null, "the answer was lost");
        return taken == items.Count
            ? ForwardResult.AllAccepted(taken, null)
            : new ForwardResult([.. Enumerable.Range(0, items.Count).Select(i => i < taken ? ForwardVerdict.Accepted : ForwardVerdict.Retry)], null, "half");
    }

    private void Take(ForwardItem item)
    {
        if (!Taken.TryGetValue(item.Interval.Id, out var before) || before.Revision < item.Revision)
        {
            Taken[item.Interval.Id] = item;
            return;
        }
        Repeats++;
        if (before.Revision == item.Revision && before != item)
            Contradictions.Add($"{item.Key}: {Say(before)}, then {Say(item)}");
    }

    private static string Say(ForwardItem item) =>
        $"{item.Point.Id} {item.Interval.EndUtcSeconds} {item.Interval.Register} {item.Interval.Consumption} {item.Interval.Quality} {item.Interval.Seconds} s";
}
