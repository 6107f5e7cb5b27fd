namespace EdgeMeters.HostNode.Profiles;

/// <summary>How the meter leaves the factory, and what its bus cannot do.</summary>
/// <param name="Baud">Bits per second.</param>
/// <param name="Parity">none, even or odd.</param>
/// <param name="StopBits">1 or 2.</param>
/// <param name="RegistersPerReadMax">Registers that one request may ask for.</param>
/// <param name="GapMs">Silence that the meter needs between an answer and the next request.</param>
public sealed record BusProfile(int Baud, string Parity, int StopBits, int RegistersPerReadMax, int GapMs);
