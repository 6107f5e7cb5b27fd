using EdgeMeters.Bench.Meters;

namespace EdgeMeters.Simulation.World;

/// <summary>A meter at a channel of a node: what it is called, and its dial. An exchange puts another one in its place.</summary>
/// <param name="Point">The metering point that it serves, for ever.</param>
/// <param name="Pulses">Its wheel; null for a meter on a line.</param>
/// <param name="Face">Its register on the line; null for one with a contact.</param>
internal sealed record MeterPlan(string Point, string Serial, PulseDial? Pulses, DialFace? Face, long Modulus);
