using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Corrections in the order in which they came.</summary>
public sealed record CorrectionsReply(
    IReadOnlyList<CorrectionReply> Corrections,
    [property: Description("Ask on with since=this: now if there are more, later if this is the last page.")] long Next,
    [property: Description("True when nothing is behind it by now.")] bool Last);
