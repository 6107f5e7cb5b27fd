using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>An event as a node told it.</summary>
/// <param name="Sequence">The node's own count of events within the epoch.</param>
/// <param name="MeterSerial">The meter concerned; null if it concerns the whole node.</param>
/// <param name="A">First number; see <see cref="EventCode"/>.</param>
/// <param name="B">Second number.</param>
public sealed record NodeEvent(
    string Node, uint Epoch, uint Sequence, uint UtcSeconds, EventCode Code, string? MeterSerial, long A, long B);
