namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>Builds requests and judges answers of Modbus RTU (Modbus Application Protocol V1.1b3, 6.3 and 6.4).</summary>
public static class ModbusFrame
{
    public const byte ReadHoldingRegisters = 3;
    public const byte ReadInputRegisters = 4;

    /// <summary>Registers one request may ask for (V1.1b3, 6.3).</summary>
    public const int QuantityMax = 125;

    public const int ReadRequestBytes = 8;
    public const int ExceptionAnswerBytes = 5;

    /// <summary>Bytes of the longest frame (Modbus over Serial Line V1.02, 2.5.1).</summary>
    public const int FrameBytesMax = 256;

    public static int AnswerBytes(int quantity)
    {
        return 5 + 2 * quantity;
    }

    /// <summary>Writes a request to read registers from offset 0.</summary>
    public static void WriteReadRequest(byte[] frame, byte unit, byte function, ushort address, int quantity)
    {
        frame[0] = unit;
        frame[1] = function;
        frame[2] = (byte)(address >> 8);
        frame[3] = (byte)address;
        frame[4] = (byte)(quantity >> 8);
        frame[5] = (byte)quantity;
        ushort crc = Crc16.Compute(frame, 0, 6);
        frame[6] = (byte)crc;
        frame[7] = (byte)(crc >> 8);
    }

    /// <summary>Judges an answer to a read, from what has arrived so far.</summary>
    /// <returns>
    /// <see cref="ModbusResult.Timeout"/> while more bytes are needed; otherwise how the transaction ends. Unit, function and length are
    /// judged before the checksum, so that a foreign frame is named as such.
    /// </returns>
    public static ModbusResult Judge(byte[] frame, int count, byte unit, byte function, int quantity)
    {
        if (count < 2)
            return ModbusResult.Timeout;
        if (frame[0] != unit)
            return ModbusResult.WrongUnit;
        bool isException = frame[1] == (function | 0x80);
        if (!isException && frame[1] != function)
            return ModbusResult.WrongFunction;
        if (count < 3)
            return ModbusResult.Timeout;
        if (!isException && frame[2] != 2 * quantity)
            return ModbusResult.WrongLength;
        int length = isException ? ExceptionAnswerBytes : AnswerBytes(quantity);
        if (count < length)
            return ModbusResult.Timeout;
        if (count > length)
            return ModbusResult.WrongLength;
        int crc = frame[length - 2] | (frame[length - 1] << 8);
        if (crc != Crc16.Compute(frame, 0, length - 2))
            return ModbusResult.CrcMismatch;
        return isException ? ModbusResult.Exception : ModbusResult.Ok;
    }
}
