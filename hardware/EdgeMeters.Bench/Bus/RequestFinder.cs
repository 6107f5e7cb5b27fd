using EdgeMeters.Bench.Meters;

namespace EdgeMeters.Bench.Bus;

/// <summary>Finds whole requests of all protocols in what was heard on a line.</summary>
/// <remarks>
/// A frame is known by its length and its check, not by the silence after it: a pseudo-terminal has no byte times. What a DL/T 645 or CJ/T 188
/// frame begins with may be a Modbus unit, so each place is tried for all forms before it is given up.
/// </remarks>
internal static class RequestFinder
{
    /// <summary>Bytes of the longest request that is looked for: an M-Bus long frame.</summary>
    public const int FrameBytesMax = 261;

    private const int ModbusFrameBytesMin = 4;

    /// <summary>MODBUS Application Protocol V1.1b3, 5: functions whose requests are of other lengths than those below 7 and 15, 16.</summary>
    private static readonly byte[] OtherModbusFunctions = [7, 8, 11, 12, 17, 20, 21, 22, 23, 24, 43];

    /// <param name="heard">From the place that is looked at; not empty.</param>
    /// <param name="isOver">True when the line fell silent: nothing will be added.</param>
    /// <returns>Bytes of the intact frame that begins here; 0 while it may still become one; -1 when none begins here.</returns>
    public static int Find(ReadOnlySpan<byte> heard, bool isOver)
    {
        int modbusBytes = ModbusBytes(heard, isOver);
        if (IsWhole(modbusBytes, heard) && modbusBytes >= ModbusFrameBytesMin && Checks.Crc16(heard[..(modbusBytes - 2)]) == (heard[modbusBytes - 2] | (heard[modbusBytes - 1] << 8)))
            return modbusBytes;
        int dltBytes = SummedBytes(heard, lengthAt: 9, secondStartAt: 7);
        if (IsWhole(dltBytes, heard) && IsSummed(heard[..dltBytes], 0))
            return dltBytes;
        int cjtBytes = SummedBytes(heard, lengthAt: 10, secondStartAt: 0);
        if (IsWhole(cjtBytes, heard) && IsSummed(heard[..cjtBytes], 0))
            return cjtBytes;
        int mbusBytes = MBusBytes(heard);
        if (IsWhole(mbusBytes, heard) && IsSummed(heard[..mbusBytes], mbusBytes == 5 ? 1 : 4))
            return mbusBytes;
        bool mayGrow = MayGrow(modbusBytes, heard) || MayGrow(dltBytes, heard) || MayGrow(cjtBytes, heard) || MayGrow(mbusBytes, heard);
        return mayGrow && !isOver ? 0 : -1;
    }

    private static bool IsWhole(int bytes, ReadOnlySpan<byte> heard) => bytes > 0 && bytes <= heard.Length;

    private static bool MayGrow(int bytes, ReadOnlySpan<byte> heard) => bytes == 0 || bytes > heard.Length;

    // Each of these gives the length of the frame, 0 while it cannot be told yet, -1 when this is no such frame.
    private static int ModbusBytes(ReadOnlySpan<byte> heard, bool isOver)
    {
        if (heard.Length < 2)
            return 0;
        switch (heard[1])
        {
            case >= 1 and <= 6:
                return 8;
            case 15 or 16:
                // Unit, function, address, count, number of bytes, the bytes, CRC.
                return heard.Length < 7 ? 0 : 9 + heard[6];
            default:
                if (!OtherModbusFunctions.Contains(heard[1]))
                    return -1;
                // A function whose length is not known here ends with the silence after it.
                return isOver ? heard.Length : 0;
        }
    }

    /// <summary>DL/T 645 and CJ/T 188: a start byte, an address, a length, a sum over all before it, 16.</summary>
    private static int SummedBytes(ReadOnlySpan<byte> heard, int lengthAt, int secondStartAt)
    {
        if (heard[0] != 0x68 || (heard.Length > secondStartAt && heard[secondStartAt] != 0x68))
            return -1;
        return heard.Length <= lengthAt ? 0 : lengthAt + 3 + heard[lengthAt];
    }

    /// <summary>EN 13757-2, 5.5: short frames of 10, long ones of 68 L L 68.</summary>
    private static int MBusBytes(ReadOnlySpan<byte> heard)
    {
        if (heard[0] == 0x10)
            return 5;
        if (heard[0] != 0x68)
            return -1;
        if (heard.Length < 4)
            return 0;
        return heard[1] == heard[2] && heard[3] == 0x68 ? heard[1] + 6 : -1;
    }

    private static bool IsSummed(ReadOnlySpan<byte> frame, int from) => frame[^1] == 0x16 && Checks.Sum(frame[from..^2]) == frame[^2];
}
