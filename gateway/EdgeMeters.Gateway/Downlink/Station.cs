namespace EdgeMeters.Gateway.Downlink;

/// <summary>A base station of the network plan.</summary>
/// <param name="Number">As nodes name it in their configuration.</param>
/// <param name="Profile">Name of its link's profile.</param>
/// <param name="BytesPerMinuteMax">What its link carries up in a minute.</param>
public sealed record Station(int Number, string Profile, long BytesPerMinuteMax);
