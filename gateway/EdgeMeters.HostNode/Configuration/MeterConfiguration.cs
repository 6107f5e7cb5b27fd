using EdgeMeters.HostNode.Profiles;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>A meter on a serial line.</summary>
/// <param name="Serial">On its nameplate.</param>
/// <param name="Profile">What registers it has.</param>
/// <param name="Line">Name of its line.</param>
/// <param name="Unit">Its Modbus address, 1 to 247.</param>
public sealed record MeterConfiguration(string Serial, MeterProfile Profile, string Line, byte Unit);
