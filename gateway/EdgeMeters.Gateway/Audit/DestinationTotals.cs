namespace EdgeMeters.Gateway.Audit;

/// <summary>How far a destination has come.</summary>
/// <param name="Entry">The entry reached.</param>
internal sealed record DestinationTotals(string Destination, long Entry, long Accepted, long Rejected);
