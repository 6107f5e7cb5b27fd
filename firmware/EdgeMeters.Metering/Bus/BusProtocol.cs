namespace EdgeMeters.Metering.Bus;

/// <summary>What a meter speaks.</summary>
public enum BusProtocol : byte
{
    /// <summary>Modbus RTU (Modbus over Serial Line V1.02).</summary>
    Modbus = 1,

    /// <summary>DL/T 645-2007.</summary>
    Dlt645 = 2,

    /// <summary>DL/T 645-1997.</summary>
    Dlt645Of1997 = 3,

    /// <summary>CJ/T 188-2004.</summary>
    Cjt188 = 4,

    /// <summary>Wired M-Bus (EN 13757-2, EN 13757-3).</summary>
    MBus = 5,
}
