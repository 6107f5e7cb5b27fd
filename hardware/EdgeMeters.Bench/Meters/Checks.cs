namespace EdgeMeters.Bench.Meters;

/// <summary>The checks of the field protocols, the meters' own: what reads the meters must not be judged by its own arithmetic.</summary>
internal static class Checks
{
    /// <summary>CRC-16 of Modbus RTU, bit by bit (Modbus over Serial Line V1.02, 6.2.2).</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xA001u);
        }
        return (ushort)crc;
    }

    /// <summary>The frame with its CRC behind it, low byte first.</summary>
    public static byte[] WithCrc16(params ReadOnlySpan<byte> frame)
    {
        ushort crc = Crc16(frame);
        return [.. frame, (byte)crc, (byte)(crc >> 8)];
    }

    /// <summary>Sum of all bytes, its lowest eight bits: DL/T 645, CJ/T 188, M-Bus.</summary>
    public static byte Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return (byte)sum;
    }

    /// <summary>The lowest digits of a number, two a byte, lowest byte first.</summary>
    public static byte[] Decimals(long number, int bytes)
    {
        byte[] digits = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            digits[i] = (byte)((number % 10) | (number / 10 % 10 << 4));
            number /= 100;
        }
        return digits;
    }
}
