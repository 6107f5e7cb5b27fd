using EdgeMeters.HostNode.Profiles;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>A meter on a serial line.</summary>
/// <param name="Serial">On its nameplate.</param>
/// <param name="Profile">What registers it has and what it speaks.</param>
/// <param name="Line">Name of its line.</param>
/// <param name="Address">As its protocol sends it (MeterTable.Address).</param>
/// <param name="Baud">Its own bits per second; 0 for the line's rate and framing.</param>
/// <param name="Framing">Its own, 8E1 ...; the line's when <paramref name="Baud"/> is 0.</param>
/// <param name="Registers">Those of the profile that are read.</param>
public sealed record MeterConfiguration(
    string Serial, MeterProfile Profile, string Line, byte[] Address, int Baud, string Framing, IReadOnlyList<RegisterProfile> Registers);
