using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Field.Scan;

/// <summary>The questions of one protocol at one setting.</summary>
internal sealed record ScanStage(ScanSetting Setting, BusProtocol Protocol, IReadOnlyList<ScanProbe> Probes);
