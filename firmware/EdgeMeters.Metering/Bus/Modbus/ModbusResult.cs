namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>How a Modbus transaction ended. Only <see cref="Ok"/> carries registers.</summary>
public enum ModbusResult : byte
{
    Ok = 0,

    /// <summary>No complete answer in time.</summary>
    Timeout = 1,

    /// <summary>CRC-16 does not match.</summary>
    CrcMismatch = 2,

    /// <summary>An answer of another unit.</summary>
    WrongUnit = 3,

    /// <summary>An answer to another function.</summary>
    WrongFunction = 4,

    /// <summary>The byte count is not that of the request, or bytes follow the frame.</summary>
    WrongLength = 5,

    /// <summary>The meter refused; <see cref="ModbusClient.ExceptionCode"/> says why.</summary>
    Exception = 6,

    /// <summary>After a doubt no two readings in a row were alike: which of them is a late answer cannot be told.</summary>
    Unsteady = 7,
}
