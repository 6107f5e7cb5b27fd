namespace EdgeMeters.HostNode.Profiles;

/// <summary>A proof that travels with its profile: what the meter says and which register that is.</summary>
/// <param name="Obis">The register.</param>
/// <param name="Request">Request frame, empty for pulses.</param>
/// <param name="Response">Answer frame, empty for pulses.</param>
/// <param name="Raw">Raw count that is decoded; for pulses, their number.</param>
/// <param name="Base">The same in the base unit.</param>
public sealed record ProfileGolden(string Obis, byte[] Request, byte[] Response, long Raw, long Base);
