using EdgeMeters.Metering.Bus;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>What the meter speaks, how it leaves the factory, and what its bus cannot do.</summary>
public sealed record BusProfile
{
    public required BusProtocol Protocol { get; init; }

    /// <summary>Bits per second from the factory; 0 where no source states them.</summary>
    public required int Baud { get; init; }

    /// <summary>none, even or odd; null where no source states it.</summary>
    public required string? Parity { get; init; }

    /// <summary>1 or 2.</summary>
    public required int StopBits { get; init; }

    /// <summary>Modbus: registers that one request may ask for.</summary>
    public required int RegistersPerReadMax { get; init; }

    /// <summary>Silence that the meter needs between an answer and the next request.</summary>
    public required int GapMs { get; init; }

    /// <summary>CJ/T 188: first byte of the address; 0 elsewhere.</summary>
    public required byte MeterType { get; init; }

    /// <summary>Bits as the node's table has them (MeterTable.Variant).</summary>
    public required byte Variant { get; init; }
}
