using EdgeMeters.HostNode.Serial;

namespace EdgeMeters.Field.Scan;

/// <summary>How a line may be set.</summary>
/// <param name="Baud">Bits per second.</param>
/// <param name="Parity">0 none, 1 odd, 2 even.</param>
/// <param name="StopBits">1 or 2.</param>
internal sealed record ScanSetting(int Baud, byte Parity, byte StopBits)
{
    public override string ToString() => $"{Baud} {SerialLineSettings.FramingOf(Parity, StopBits)}";
}
