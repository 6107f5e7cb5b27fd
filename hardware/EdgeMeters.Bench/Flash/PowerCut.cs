namespace EdgeMeters.Bench.Flash;

/// <summary>Ends what runs on a <see cref="SimulatedFlash"/>, as the supply does.</summary>
public sealed class PowerCut : Exception;
