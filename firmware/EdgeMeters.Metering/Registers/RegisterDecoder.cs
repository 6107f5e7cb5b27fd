namespace EdgeMeters.Metering.Registers;

/// <summary>Turns the words of a meter into an integer register. Registers are never floating point beyond this border.</summary>
public static class RegisterDecoder
{
    /// <summary>16-bit registers that a number of this type takes.</summary>
    public static int WordsOf(RegisterType type)
    {
        switch (type)
        {
            case RegisterType.U16:
            case RegisterType.I16:
                return 1;
            case RegisterType.U64:
            case RegisterType.I64:
                return 4;
            default:
                return 2;
        }
    }

    /// <summary>Decodes the number at the begin of <paramref name="words"/>.</summary>
    /// <param name="floatScale">Raw counts in one unit of a float, 1 to 1,000,000; rounded half away from zero, in integers throughout.</param>
    /// <param name="register">The register; 0 unless true is returned.</param>
    /// <returns>False for what is no number (NaN, infinity) or has more than 63 bits.</returns>
    public static bool TryDecode(byte[] words, RegisterType type, WordOrder order, int floatScale, out long register)
    {
        ulong bits = Bits(words, WordsOf(type), order);
        register = 0;
        switch (type)
        {
            case RegisterType.U16:
            case RegisterType.U32:
                register = (long)bits;
                return true;
            case RegisterType.I16:
                register = (short)bits;
                return true;
            case RegisterType.I32:
                register = (int)bits;
                return true;
            case RegisterType.I64:
                register = (long)bits;
                return true;
            case RegisterType.U64:
                if (bits > long.MaxValue)
                    return false;
                register = (long)bits;
                return true;
            case RegisterType.F32:
                return TryScaleFloat((uint)bits, floatScale, out register);
            default:
                return false;
        }
    }

    private static ulong Bits(byte[] words, int count, WordOrder order)
    {
        bool lowWordFirst = order == WordOrder.Cdab || order == WordOrder.Dcba;
        bool lowByteFirst = order == WordOrder.Badc || order == WordOrder.Dcba;
        ulong bits = 0;
        for (int i = 0; i < count; i++)
        {
            int at = 2 * (lowWordFirst ? count - 1 - i : i);
            int high = lowByteFirst ? words[at + 1] : words[at];
            int low = lowByteFirst ? words[at] : words[at + 1];
            bits = (bits << 16) | (uint)((high << 8) | low);
        }
        return bits;
    }

    // A float is mantissa × 2^exponent. Mantissa (24 bits) × scale (20 bits) fits 44 bits, so the product is exact and is rounded once.
    private static bool TryScaleFloat(uint bits, int scale, out long register)
    {
        register = 0;
        int biased = (int)(bits >> 23) & 0xFF;
        if (biased == 0xFF)
            return false;
        long mantissa = bits & 0x7FFFFF;
        if (biased != 0)
            mantissa |= 0x800000;
        int exponent = (biased == 0 ? 1 : biased) - 150;
        long product = mantissa * scale;
        if (exponent >= 0)
        {
            if (exponent > 62 || product > (long.MaxValue >> exponent))
                return false;
            product <<= exponent;
        }
        else
        {
            int shift = -exponent;
            product = shift > 60 ? 0 : (product + (1L << (shift - 1))) >> shift;
        }
        register = (bits >> 31) != 0 ? -product : product;
        return true;
    }
}
