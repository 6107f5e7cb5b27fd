namespace EdgeMeters.Bench;

/// <summary>A meter that answers reads of registers.</summary>
public interface IVirtualMeter
{
    /// <summary>Its address on the line, 1 to 247.</summary>
    byte UnitAddress { get; }

    /// <summary>Fills the registers of one read, all of the same instant.</summary>
    /// <param name="function">3 for holding registers, 4 for input registers.</param>
    /// <param name="address">First register as on the wire, from 0.</param>
    /// <param name="registers">One for each register that is asked for; 1 to 125.</param>
    ModbusAnswer Answer(byte function, int address, Span<ushort> registers);
}
