namespace EdgeMeters.Bench;

/// <summary>How a meter answers a read: the registers, or an exception by its code (MODBUS Application Protocol V1.1b3, section 7).</summary>
public enum ModbusAnswer : byte
{
    Registers = 0,
    IllegalFunction = 1,
    IllegalAddress = 2,

    /// <summary>Code 3, "illegal data value": for a read, a number of registers that the meter does not give at once.</summary>
    IllegalCount = 3,
}
