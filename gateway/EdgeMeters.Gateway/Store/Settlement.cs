namespace EdgeMeters.Gateway.Store;

/// <summary>How far a destination has come: all of the log before an entry, and some items of that entry.</summary>
/// <param name="Destination">Name of the forwarder.</param>
/// <param name="Entry">The entry reached.</param>
/// <param name="Items">Items of that entry that are settled; all of them when the next settlement is in a later entry.</param>
/// <param name="Accepted">Items that the head-end took with this settlement.</param>
/// <param name="Position">The forwarder's own position, given back to it with the next batch.</param>
/// <param name="DeadLetters">Items that the head-end refused for good, with the reason.</param>
public sealed record Settlement(
    string Destination, long Entry, int Items, int Accepted, string? Position, IReadOnlyList<DeadLetter> DeadLetters);
