namespace EdgeMeters.Gateway.Core;

/// <summary>A meter's register that a node reads and the registry does not know.</summary>
public sealed record UnassignedMeter(string MeterSerial, string Register, string Node, long Readings);
