using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Field.Scan;

/// <summary>How much is tried.</summary>
/// <param name="IsFull">All rates, parities and addresses, not only the likely ones.</param>
/// <param name="IsNetwork">The line is behind a network: its setting cannot be changed from here.</param>
/// <param name="IsModbusTcp">Only Modbus goes over it.</param>
/// <param name="Baud">The only rate to try; null for all.</param>
/// <param name="Parity">The only parity to try; null for all.</param>
/// <param name="Protocol">The only protocol to try; null for all.</param>
/// <param name="Units">Modbus addresses to try.</param>
/// <param name="TimeoutMs">How long each is waited for.</param>
internal sealed record ScanRange(
    bool IsFull, bool IsNetwork, bool IsModbusTcp, int? Baud, byte? Parity, BusProtocol? Protocol, IReadOnlyList<byte> Units, int TimeoutMs)
{
    public const int QuickUnitMax = 16;
    public const int UnitMax = 247;
    public const int QuickTimeoutMs = 150;
    public const int FullTimeoutMs = 400;

    public bool Has(BusProtocol protocol) => Protocol == null || Protocol == protocol;
}
