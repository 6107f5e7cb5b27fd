namespace EdgeMeters.Gateway.Store;

/// <summary>An item that a head-end refused for good.</summary>
/// <param name="Key">The item's idempotency key.</param>
/// <param name="Reason">The head-end's word for it.</param>
public sealed record DeadLetter(string Key, string Reason);
