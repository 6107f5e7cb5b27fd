using System.ComponentModel;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Api;

/// <summary>A stretch of a metering point's load profile that may be another than it was told before.</summary>
public sealed record CorrectionReply(
    [property: Description("Entry of the log that changed it.")] long Entry,
    [property: Description("When it came.")] DateTimeOffset ReceivedUtc,
    [property: Description("late-readings, registry or edit.")] string Reason,
    [property: Description("The point. Null for any.")] string? Point,
    [property: Description("Intervals that end after this may be others …")] DateTimeOffset FromUtc,
    [property: Description("… up to and including this.")] DateTimeOffset ToUtc)
{
    internal static CorrectionReply Of(Correction correction) => new(
        correction.Entry, DateTimeOffset.FromUnixTimeSeconds(correction.ReceivedUtcSeconds), correction.Reason switch
        {
            CorrectionReason.LateReadings => "late-readings",
            CorrectionReason.Registry => "registry",
            _ => "edit",
        },
        correction.Point, DateTimeOffset.FromUnixTimeSeconds(correction.FromUtcSeconds), DateTimeOffset.FromUnixTimeSeconds(correction.ToUtcSeconds));
}
