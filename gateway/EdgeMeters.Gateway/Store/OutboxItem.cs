using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Store;

/// <summary>An item for a head-end and the place behind it.</summary>
/// <param name="Item">What is sent.</param>
/// <param name="Entry">The log entry that it comes from.</param>
/// <param name="Items">Items of that entry up to and including this one, or <see cref="AllOfEntry"/>.</param>
internal sealed record OutboxItem(ForwardItem Item, long Entry, int Items)
{
    /// <summary>
    /// Stands for the count behind the last item. What an entry corrects is worked out when asked for and may be more a year later: an entry
    /// that was settled whole is passed for good, and a count would not say that it was.
    /// </summary>
    public const int AllOfEntry = int.MaxValue;
}
