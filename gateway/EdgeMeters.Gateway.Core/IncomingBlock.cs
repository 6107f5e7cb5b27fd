using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>A block that was verified and parsed, on its way into the log.</summary>
/// <param name="Node">The node whose certificate and key it came under.</param>
/// <param name="Kind">Readings, layout or events.</param>
/// <param name="Bytes">The block as it came, whole; this is what is kept.</param>
/// <param name="Epoch">The journal's lifetime; for a layout its name.</param>
/// <param name="First">First sequence; 0 for a layout.</param>
/// <param name="Last">Last sequence; 0 for a layout.</param>
public sealed record IncomingBlock(string Node, BlockKind Kind, byte[] Bytes, uint Epoch, uint First, uint Last);
