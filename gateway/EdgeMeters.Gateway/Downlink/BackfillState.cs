using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>What a node is sending again, and what it could not.</summary>
/// <param name="Kind">Readings or events; null while nothing is ordered again.</param>
/// <param name="Range">Which; null likewise.</param>
/// <param name="EventsNotGiven">Events that the log lacks and the node turned out not to have, in this session.</param>
/// <param name="ReadingsNotGiven">Rows of readings likewise.</param>
public sealed record BackfillState(BlockKind? Kind, SequenceRange? Range, long EventsNotGiven, long ReadingsNotGiven);
