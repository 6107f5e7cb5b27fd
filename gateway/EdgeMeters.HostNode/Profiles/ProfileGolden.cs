namespace EdgeMeters.HostNode.Profiles;

/// <summary>A proof that travels with its profile: what is asked, what the meter says, and which number that is.</summary>
/// <param name="Of">OBIS code of the register, or name of the sample.</param>
/// <param name="IsSample">True for a sample; it has no base unit.</param>
/// <param name="Requests">Request frames in their order; none for pulses.</param>
/// <param name="Responses">The answer to each.</param>
/// <param name="Raw">Raw count that is decoded; for pulses, their number.</param>
/// <param name="Base">The same in the base unit, rounded toward zero; 0 for a sample.</param>
public sealed record ProfileGolden(
    string Of, bool IsSample, IReadOnlyList<byte[]> Requests, IReadOnlyList<byte[]> Responses, long Raw, long Base);
