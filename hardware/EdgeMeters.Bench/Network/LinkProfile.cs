namespace EdgeMeters.Bench.Network;

/// <summary>A kind of link between the nodes of a station and the gateway.</summary>
/// <param name="Id">As stations name it: P0 to P6.</param>
/// <param name="UplinkBitsPerSecond">What a station carries up, for all its nodes together; 0 for nothing.</param>
/// <param name="RoundTripMs">Without what the bytes themselves take.</param>
/// <param name="RoundTripTailMs">Now and then it takes as long.</param>
/// <param name="TailPercent">How often.</param>
/// <param name="LossPercent">Pieces that are lost before they are sent again: who speaks TCP sees a delay.</param>
/// <param name="PduBytes">What one piece carries.</param>
/// <param name="PduHeaderBytes">What is in front of each piece, and carried with it.</param>
/// <param name="ResetsPerDay">Of a session, beside outages.</param>
/// <param name="HalfOpenPercent">Ends of sessions of which one end hears nothing.</param>
public sealed record LinkProfile(
    string Id, string Name, string Note, LinkRange UplinkBitsPerSecond, LinkRange DownlinkBitsPerSecond, LinkRange RoundTripMs, LinkRange RoundTripTailMs,
    LinkRange TailPercent, LinkRange LossPercent, LinkRange PduBytes, LinkRange PduHeaderBytes, LinkRange OutagesPerMonth, LinkRange OutageMinutes,
    LinkRange ResetsPerDay, LinkRange HalfOpenPercent);
