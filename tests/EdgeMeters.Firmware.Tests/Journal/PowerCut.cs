namespace EdgeMeters.Firmware.Tests.Journal;

/// <summary>Ends what runs on a <see cref="SimulatedFlash"/>, as the supply does.</summary>
internal sealed class PowerCut : Exception;
