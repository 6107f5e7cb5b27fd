using EdgeMeters.Bench;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Demo;

/// <summary>A meter of the virtual street: the dial that tells the truth, and how its register shows it.</summary>
/// <param name="Point">The metering point that it serves.</param>
/// <param name="Dial">What was truly consumed, in base units.</param>
/// <param name="Step">Base units by which the register moves: 1, or what one pulse or one count stands for.</param>
/// <param name="Pulses">The pulse contact, for a meter that has one.</param>
public sealed record VirtualMeter(MeteringPoint Point, Dial Dial, long Step, PulseOutput? Pulses);
