namespace EdgeMeters.Gateway.Core;

/// <summary>Which metering points are wanted.</summary>
/// <param name="Carrier">What they measure; null for anything.</param>
/// <param name="Text">What the id, the name, the serial number of a meter or the node contains, whatever the case of its letters A to Z; empty for anything.</param>
public sealed record PointSearch(Carrier? Carrier, string Text)
{
    public static readonly PointSearch All = new(null, "");
}
