namespace EdgeMeters.Bench;

/// <summary>A Modbus meter: four tables of which most meters have one or two. What it does not have it refuses.</summary>
public interface IVirtualMeter
{
    /// <summary>Its address on the line, 1 to 247.</summary>
    byte UnitAddress { get; }

    /// <summary>Fills the registers of one read, all of the same instant.</summary>
    /// <param name="function">3 for holding registers, 4 for input registers.</param>
    /// <param name="address">First register as on the wire, from 0.</param>
    /// <param name="registers">One for each register that is asked for; 1 to 125.</param>
    ModbusAnswer Answer(byte function, int address, Span<ushort> registers);

    /// <summary>Fills the bits of one read.</summary>
    /// <param name="function">1 for coils, 2 for discrete inputs.</param>
    /// <param name="bits">One for each that is asked for; 1 to 2000.</param>
    ModbusAnswer AnswerBits(byte function, int address, Span<bool> bits) => ModbusAnswer.IllegalFunction;

    /// <summary>Takes holding registers, all or none; functions 6 and 16.</summary>
    ModbusAnswer Write(int address, ReadOnlySpan<ushort> registers) => ModbusAnswer.IllegalFunction;

    /// <summary>Takes coils, all or none; functions 5 and 15.</summary>
    ModbusAnswer WriteBits(int address, ReadOnlySpan<bool> bits) => ModbusAnswer.IllegalFunction;
}
