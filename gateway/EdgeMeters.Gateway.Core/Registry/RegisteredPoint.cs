namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>A metering point as it stands in the registry: the place, which outlives its meters.</summary>
/// <param name="Id">Stable identifier, 1 to 40 characters of <c>A-Z a-z 0-9 . _ -</c>.</param>
/// <param name="Name">What people call it; any script.</param>
/// <param name="Carrier">What is measured.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Utility">The utility that it belongs to, of the same characters as the id; empty where the gateway serves one alone.</param>
/// <param name="Place">Where it is: an address, an asset, a pipe; may be empty.</param>
/// <param name="Parent">Id of the point that measures this one among others, of the same carrier; empty for none.</param>
/// <param name="Class">Who consumes there: by it and the carrier limits are chosen.</param>
public sealed record RegisteredPoint(
    string Id, string Name, Carrier Carrier, PointKind Kind, string Utility, string Place, string Parent,
    PointClass Class = PointClass.Unstated);
