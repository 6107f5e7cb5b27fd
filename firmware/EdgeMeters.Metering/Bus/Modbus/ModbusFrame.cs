namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>Builds requests and judges answers of Modbus RTU (Modbus Application Protocol V1.1b3, 6.3 and 6.4).</summary>
public static class ModbusFrame
{
    public const byte ReadCoils = 1;
    public const byte ReadDiscreteInputs = 2;
    public const byte ReadHoldingRegisters = 3;
    public const byte ReadInputRegisters = 4;

    /// <summary>Registers one request may ask for (V1.1b3, 6.3).</summary>
    public const int QuantityMax = 125;

    /// <summary>Coils or discrete inputs one request may ask for (V1.1b3, 6.1).</summary>
    public const int BitsMax = 2000;

    public const int ReadRequestBytes = 8;
    public const int ExceptionAnswerBytes = 5;

    /// <summary>Bytes of the longest frame (Modbus over Serial Line V1.02, 2.5.1).</summary>
    public const int FrameBytesMax = 256;

    /// <summary>Bytes of the answer to a read of so many registers, or bits with functions 1 and 2.</summary>
    public static int AnswerBytes(byte function, int quantity)
    {
        return 5 + (function <= ReadDiscreteInputs ? (quantity + 7) / 8 : 2 * quantity);
    }

    /// <summary>Writes a request to read from offset 0.</summary>
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
    /// <see cref="BusResult.Incomplete"/> while more bytes are needed; otherwise how the exchange ends. Unit, function and length are judged before
    /// the checksum, so that a foreign frame is named as such.
    /// </returns>
    public static BusResult Judge(byte[] frame, int count, byte unit, byte function, int quantity)
    {
        if (count < 2)
            return BusResult.Incomplete;
        if (frame[0] != unit)
            return BusResult.WrongMeter;
        bool isException = frame[1] == (function | 0x80);
        if (!isException && frame[1] != function)
            return BusResult.WrongFunction;
        if (count < 3)
            return BusResult.Incomplete;
        int length = isException ? ExceptionAnswerBytes : AnswerBytes(function, quantity);
        if (!isException && frame[2] != length - 5)
            return BusResult.WrongLength;
        if (count < length)
            return BusResult.Incomplete;
        if (count > length)
            return BusResult.WrongLength;
        int crc = frame[length - 2] | (frame[length - 1] << 8);
        if (crc != Crc16.Compute(frame, 0, length - 2))
            return BusResult.BadChecksum;
        return isException ? BusResult.Refused : BusResult.Ok;
    }
}
