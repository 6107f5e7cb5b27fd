namespace EdgeMeters.Simulation.World;

/// <summary>The size of a simulated world.</summary>
/// <param name="Meters">In all; a multiple of <paramref name="Nodes"/>.</param>
internal sealed record WorldOptions(int Nodes, int Meters, int Days);
