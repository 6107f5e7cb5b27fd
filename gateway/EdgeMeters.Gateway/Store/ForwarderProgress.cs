using System.Collections.Concurrent;

namespace EdgeMeters.Gateway.Store;

/// <summary>The forwarders' names, how far each has looked, and why one is not getting on.</summary>
public sealed class ForwarderProgress(IReadOnlyList<string> names)
{
    private readonly ConcurrentDictionary<string, (long Reached, string? Error)> _states = new();

    public IReadOnlyList<string> Names { get; } = names;

    public void Set(string name, long reachedEntry, string? error) => _states[name] = (reachedEntry, error);

    public string? ErrorOf(string name) => _states.TryGetValue(name, out var state) ? state.Error : null;

    /// <summary>Latest entry of which every forwarder has settled all that was to be sent.</summary>
    /// <param name="otherwise">The answer where there is no forwarder, and the highest that there is.</param>
    public long ReachedByAll(long otherwise) => Names.Select(ReachedOf).Append(otherwise).Min();

    /// <summary>Latest entry that was looked at; later than the latest settlement where nothing was to be sent.</summary>
    public long ReachedOf(string name) => _states.TryGetValue(name, out var state) ? state.Reached : 0;
}
