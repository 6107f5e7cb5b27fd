namespace EdgeMeters.Metering.Bus;

/// <summary>Numbers of two decimal digits a byte, least significant byte first.</summary>
public static class Bcd
{
    /// <summary>The number is never negative.</summary>
    public const byte Unsigned = 0;

    /// <summary>DL/T 645: the top bit of the most significant byte is the sign.</summary>
    public const byte SignBit = 0x80;

    /// <summary>M-Bus (EN 13757-3, type A): F for the most significant digit is a minus.</summary>
    public const byte SignDigit = 0xF0;

    /// <param name="bytes">1 to 8.</param>
    /// <param name="sign">Bits that, all set in the most significant byte, make the number negative and are no part of it.</param>
    /// <param name="number">0 unless true is returned.</param>
    /// <returns>False when a digit is above 9, as in a null of all FF.</returns>
    public static bool TryRead(byte[] frame, int offset, int bytes, byte sign, out long number)
    {
        long sum = 0;
        bool isNegative = false;
        number = 0;
        for (int i = bytes - 1; i >= 0; i--)
        {
            int b = frame[offset + i];
            if (i == bytes - 1 && sign != 0 && (b & sign) == sign)
            {
                isNegative = true;
                b &= ~sign;
            }
            if ((b & 0xF) > 9 || b > 0x99)
                return false;
            sum = 100 * sum + 10 * (b >> 4) + (b & 0xF);
        }
        number = isNegative ? -sum : sum;
        return true;
    }
}
