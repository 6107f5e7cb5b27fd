using System.ComponentModel;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Api;

/// <summary>What a person set in one interval. Of two of one interval the later counts.</summary>
public sealed record EditReply(
    [property: Description("Entry of the log.")] long Entry,
    [property: Description("When it was made, by the gateway's clock.")] DateTimeOffset ReceivedUtc,
    [property: Description("End of the interval, UTC.")] DateTimeOffset EndUtc,
    [property: Description("What it is to be, in base units. Null: what was set before is taken back.")] long? Consumption,
    [property: Description("What it was without any edit when it was set.")] long? Replaced,
    string Who,
    string Why)
{
    internal static EditReply Of(KeptEdit edit) => new(
        edit.Entry, DateTimeOffset.FromUnixTimeSeconds(edit.ReceivedUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(edit.Interval.EndUtcSeconds),
        edit.Interval.Consumption, edit.Interval.Replaced, edit.Who, edit.Why);
}
