namespace EdgeMeters.Metering.Registers;

/// <summary>Turns the words of a meter into an integer register. Registers are never floating point beyond this border.</summary>
public static class RegisterDecoder
{
    // By type, from 0: words of each. Types above Bcd16 have as many as their digits.
    private static readonly byte[] Words = new byte[] { 0, 1, 1, 2, 2, 4, 4, 2, 3, 3, 4, 1, 2, 3, 4 };

    /// <summary>16-bit registers that a number of this type takes.</summary>
    public static int WordsOf(RegisterType type)
    {
        return Words[(int)type];
    }

    /// <summary>Decodes the number at the begin of <paramref name="words"/>.</summary>
    /// <param name="floatScale">Raw counts in one unit of a float, 1 to 1,000,000; rounded half away from zero, in integers throughout.</param>
    /// <param name="register">The register; 0 unless true is returned.</param>
    /// <returns>False for what is no number (NaN, infinity, a nibble above 9) or has more than 63 bits.</returns>
    public static bool TryDecode(byte[] words, RegisterType type, WordOrder order, int floatScale, out long register)
    {
        return TryDecode(words, 0, type, order, floatScale, 0, out register);
    }

    /// <summary>Decodes the number at <paramref name="offset"/>.</summary>
    /// <param name="nulls">What of <see cref="RegisterNulls"/> is no number for this meter.</param>
    public static bool TryDecode(byte[] words, int offset, RegisterType type, WordOrder order, int floatScale, byte nulls, out long register)
    {
        int width = 16 * WordsOf(type);
        ulong bits = Bits(words, offset, WordsOf(type), order);
        register = 0;
        ulong ones = ulong.MaxValue >> (64 - width);
        if ((nulls & RegisterNulls.AllOnes) != 0 && bits == ones
            || (nulls & RegisterNulls.IntMax) != 0 && bits == ones >> 1
            || (nulls & RegisterNulls.IntMin) != 0 && bits == (ones >> 1) + 1)
            return false;
        switch (type)
        {
            case RegisterType.F32:
                return TryScaleFloat(bits, 23, 8, floatScale, out register);
            case RegisterType.F64:
                return TryScaleFloat(bits, 52, 11, floatScale, out register);
            case RegisterType.I16:
            case RegisterType.I32:
            case RegisterType.I48:
            case RegisterType.I64:
                // The sign fills what is left of it. Not by shifting up and back: nanoFramework shifts by what made a number, and an unsigned one
                // that was only cast stays unsigned (CLR_RT_HeapBlock::NumericShr).
                ulong sign = 1UL << (width - 1);
                register = (long)unchecked((bits ^ sign) - sign);
                return true;
            case RegisterType.Bcd16:
            case RegisterType.Bcd32:
            case RegisterType.Bcd48:
            case RegisterType.Bcd64:
                return TryDecimals(bits, width, out register);
            default:
                if (bits > long.MaxValue)
                    return false;
                register = (long)bits;
                return true;
        }
    }

    private static bool TryDecimals(ulong bits, int width, out long register)
    {
        register = 0;
        long number = 0;
        for (int shift = width - 4; shift >= 0; shift -= 4)
        {
            int digit = (int)(bits >> shift) & 0xF;
            if (digit > 9)
                return false;
            number = 10 * number + digit;
        }
        register = number;
        return true;
    }

    private static ulong Bits(byte[] words, int offset, int count, WordOrder order)
    {
        bool lowWordFirst = order == WordOrder.Cdab || order == WordOrder.Dcba;
        bool lowByteFirst = order == WordOrder.Badc || order == WordOrder.Dcba;
        ulong bits = 0;
        for (int i = 0; i < count; i++)
        {
            int at = offset + 2 * (lowWordFirst ? count - 1 - i : i);
            int high = lowByteFirst ? words[at + 1] : words[at];
            int low = lowByteFirst ? words[at] : words[at + 1];
            bits = (bits << 16) | (uint)((high << 8) | low);
        }
        return bits;
    }

    // A float is mantissa × 2^exponent. The mantissa of a double (53 bits) times the scale (20 bits) does not fit 63 bits, so both halves of it are
    // multiplied and the fraction below the point is rounded once, half away from zero.
    private static bool TryScaleFloat(ulong bits, int mantissaBits, int exponentBits, int scale, out long register)
    {
        register = 0;
        int biasedMax = (1 << exponentBits) - 1;
        int biased = (int)(bits >> mantissaBits) & biasedMax;
        if (biased == biasedMax)
            return false;
        ulong mantissa = bits & ((1UL << mantissaBits) - 1);
        if (biased != 0)
            mantissa |= 1UL << mantissaBits;
        int exponent = (biased == 0 ? 1 : biased) - (biasedMax >> 1) - mantissaBits;
        ulong low = (mantissa & 0xFFFFFFFF) * (ulong)scale;
        ulong high = (mantissa >> 32) * (ulong)scale + (low >> 32);
        low &= 0xFFFFFFFF;
        // The product is high × 2^32 + low, at most 73 bits.
        ulong number;
        if (exponent >= 0)
        {
            if (exponent > 62 || high >> 31 != 0 || (high << 32 | low) > (ulong)(long.MaxValue >> exponent))
                return false;
            number = (high << 32 | low) << exponent;
        }
        else if (exponent > -32)
        {
            int shift = -exponent;
            low += 1UL << (shift - 1);
            high += low >> 32;
            low &= 0xFFFFFFFF;
            if (high >> (31 + shift) != 0)
                return false;
            number = (high << (32 - shift)) | (low >> shift);
        }
        else
        {
            int shift = -exponent - 32;
            number = shift > 62 ? 0 : shift == 0 ? high + (low >> 31) : (high + (1UL << (shift - 1))) >> shift;
        }
        if (number > long.MaxValue)
            return false;
        bool isNegative = bits >> (mantissaBits + exponentBits) != 0;
        register = isNegative ? -(long)number : (long)number;
        return true;
    }
}
