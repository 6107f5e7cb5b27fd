namespace EdgeMeters.Simulation.World;

/// <summary>A block on its way from a node to the gateway.</summary>
/// <param name="Number">By which the node knows the receipt.</param>
/// <param name="SessionObject">The session in which it was sent, as the gateway knows it.</param>
/// <param name="Session">The same as the node counts it; a receipt is worth nothing in another.</param>
internal sealed record Message(SimulatedLink From, object SessionObject, int Session, int Number, byte[] Bytes);
