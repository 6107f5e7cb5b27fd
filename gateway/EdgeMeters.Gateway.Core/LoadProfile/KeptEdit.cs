namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>An edit of one interval as the log keeps it.</summary>
/// <param name="Entry">Entry of the log; of two edits of one interval the later counts.</param>
/// <param name="ReceivedUtcSeconds">When it was made, by the gateway's clock.</param>
public sealed record KeptEdit(long Entry, long ReceivedUtcSeconds, EditedInterval Interval, string Who, string Why);
