namespace EdgeMeters.Simulation.World;

/// <summary>Something happened that must not happen, whatever fails; the message says what, to which reading.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
