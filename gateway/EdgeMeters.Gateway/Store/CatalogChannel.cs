using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>A channel of a node under one of its layouts.</summary>
/// <param name="Number">Its number in the projections.</param>
/// <param name="Series">The meter's register that it feeds.</param>
internal sealed record CatalogChannel(uint Number, string Node, uint LayoutId, byte Channel, long Series, ChannelLayout Layout);
