namespace EdgeMeters.Metering.Bus.MBus;

/// <summary>What a cumulative register of an M-Bus meter counts. Numbers are those of the value information's families.</summary>
public enum MBusQuantity : byte
{
    /// <summary>Watt hours.</summary>
    EnergyWh = 1,

    /// <summary>Joules.</summary>
    EnergyJ = 2,

    /// <summary>Cubic metres.</summary>
    Volume = 3,
}
