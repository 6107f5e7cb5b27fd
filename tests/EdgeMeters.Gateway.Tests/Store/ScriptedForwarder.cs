using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>A destination that answers as a test wants and remembers what it was given.</summary>
internal sealed class ScriptedForwarder(string name, Func<IReadOnlyList<ForwardItem>, string?, ForwardResult> answer) : IForwarder
{
    private readonly Lock _gate = new();
    private readonly List<(string[] Keys, string? Position)> _calls = [];

    public string Name => name;

    /// <summary>No answer is given before it has ended.</summary>
    public Task Hold { get; init; } = Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<(string[] Keys, string? Position)> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Takes everything; its position is the number of items of the batch.</summary>
    public static ForwardResult Accept(IReadOnlyList<ForwardItem> items, string? position) => ForwardResult.AllAccepted(items.Count, $"{items.Count}");

    public async Task<ForwardResult> SendAsync(IReadOnlyList<ForwardItem> items, string? position, CancellationToken cancel)
    {
        lock (_gate)
            _calls.Add(([.. items.Select(i => i.Key)], position));
        await Hold.WaitAsync(cancel);
        return answer(items, position);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
