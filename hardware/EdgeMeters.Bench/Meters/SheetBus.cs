using EdgeMeters.Bench.Bus;

namespace EdgeMeters.Bench.Meters;

/// <summary>The bus of a meter profile.</summary>
public sealed record SheetBus
{
    public string Kind { get; init; } = "modbus-rtu";

    public int Baud { get; init; } = 9600;

    public string Parity { get; init; } = "none";

    public byte StopBits { get; init; } = 1;

    public int RegistersPerReadMax { get; init; } = 125;

    public string MeterType { get; init; } = "10";

    public string DiOrder { get; init; } = "1f90";

    public bool UnitFirst { get; init; }

    /// <summary>As the meter leaves the factory.</summary>
    public LineSetting Setting => new(Baud, (byte)Array.IndexOf(["none", "odd", "even"], Parity), StopBits);
}
