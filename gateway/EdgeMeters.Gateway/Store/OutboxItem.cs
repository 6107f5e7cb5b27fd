using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Store;

/// <summary>An item for a head-end and the place behind it.</summary>
/// <param name="Item">What is sent.</param>
/// <param name="Entry">The log entry that it comes from.</param>
/// <param name="Items">Items of that entry up to and including this one.</param>
internal sealed record OutboxItem(ForwardItem Item, long Entry, int Items);
