namespace EdgeMeters.HostNode.Profiles;

/// <summary>What a contact gives.</summary>
/// <param name="Scale">The register; its raw count is pulses.</param>
/// <param name="IsReed">A reed at a wheel, not an electronic output.</param>
/// <param name="MicrosecondsMin">A level shorter than this is bounce or noise.</param>
/// <param name="PulsesPerSecondMax">More than the meter can make is not believed.</param>
public sealed record PulseProfile(RegisterScale Scale, bool IsReed, int MicrosecondsMin, int PulsesPerSecondMax);
