namespace EdgeMeters.Gateway.Core;

/// <summary>Takes intervals to one head-end.</summary>
/// <remarks>
/// For users: one call at a time; a batch that is not settled is given again, so a head-end may see an item twice and knows it by
/// <see cref="ForwardItem.Key"/>. For implementers: say Accepted only for what the head-end itself has confirmed, or what is on disk; wait
/// no longer than some seconds and answer Retry rather than throw for a head-end that is away.
/// </remarks>
public interface IForwarder : IAsyncDisposable
{
    /// <summary>Name of the destination in configuration, metrics and cursors; never reused for another.</summary>
    string Name { get; }

    /// <summary>Sends a batch.</summary>
    /// <param name="items">At least one, in the order in which they came into the gateway's custody.</param>
    /// <param name="position">What the forwarder answered as its position for the last settled batch; null at the very first.</param>
    /// <param name="cancel">The gateway stops.</param>
    Task<ForwardResult> SendAsync(IReadOnlyList<ForwardItem> items, string? position, CancellationToken cancel);
}
