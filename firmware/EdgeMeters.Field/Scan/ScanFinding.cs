using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Field.Scan;

/// <summary>A meter that answered.</summary>
/// <param name="Setting">At which setting of the line.</param>
/// <param name="Protocol">In which protocol.</param>
/// <param name="Address">As "read" wants to have it written.</param>
/// <param name="Hint">Further options for "read"; empty where there are none.</param>
/// <param name="Says">What it said of itself.</param>
internal sealed record ScanFinding(ScanSetting Setting, BusProtocol Protocol, string Address, string Hint, string Says);
