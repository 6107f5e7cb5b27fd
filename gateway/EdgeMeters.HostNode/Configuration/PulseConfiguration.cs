using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>A meter whose pulses are counted here.</summary>
/// <param name="Serial">On its nameplate.</param>
/// <param name="Profile">What a pulse is.</param>
/// <param name="Pin">Line of the GPIO chip; on a board, number of its pulse input.</param>
/// <param name="Contact">What counts it on a board; a host sees every contact as edges.</param>
/// <param name="StartPulses">The dial when commissioned, in pulses; counts only until the journal knows better.</param>
public sealed record PulseConfiguration(string Serial, MeterProfile Profile, int Pin, ContactKind Contact, long StartPulses);
