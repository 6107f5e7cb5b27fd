namespace EdgeMeters.Bench.Meters;

/// <summary>How a meter writes a number into its 16-bit registers, as its profile names it.</summary>
/// <param name="Type">u16 i16 u32 i32 u48 i48 u64 i64 f32 f64 bcd16 bcd32 bcd48 bcd64.</param>
/// <param name="Order">abcd, cdab (low word first), badc (low byte first in each word) or dcba (both).</param>
/// <param name="FloatScale">Raw counts in one unit of a float.</param>
public sealed record RegisterCoding(string Type, string Order = "abcd", int FloatScale = 1)
{
    /// <summary>Bits of the number, as the type's name ends.</summary>
    private int Bits => int.Parse(Type.TrimStart('u', 'i', 'f', 'b', 'c', 'd'), System.Globalization.CultureInfo.InvariantCulture);

    public int Words => Bits / 16;

    /// <summary>Where raw counts roll over because the registers have no room for more; 0 where they have room for all.</summary>
    public long NaturalModulus => Type[0] switch
    {
        'f' => 0,
        'b' => (long)Math.Pow(10, Bits / 4),
        'u' => Bits >= 63 ? 0 : 1L << Bits,
        _ => Bits >= 64 ? 0 : 1L << (Bits - 1),
    };

    /// <summary>Registers in the order of their addresses.</summary>
    public ushort[] Encode(long raw)
    {
        byte[] bytes = BigEndian(raw);
        ushort[] words = new ushort[Words];
        for (int i = 0; i < words.Length; i++)
        {
            // From here on the names speak: which word comes first, and which byte of it.
            int from = 2 * (Order is "cdab" or "dcba" ? words.Length - 1 - i : i);
            words[i] = Order is "badc" or "dcba" ? (ushort)((bytes[from + 1] << 8) | bytes[from]) : (ushort)((bytes[from] << 8) | bytes[from + 1]);
        }
        return words;
    }

    private byte[] BigEndian(long raw)
    {
        byte[] bytes = new byte[Bits / 8];
        if (Type[0] == 'b')
        {
            bytes = Checks.Decimals(raw, bytes.Length);
            Array.Reverse(bytes);
            return bytes;
        }
        long bits = Type switch
        {
            "f32" => BitConverter.SingleToInt32Bits((float)((double)raw / FloatScale)),
            "f64" => BitConverter.DoubleToInt64Bits((double)raw / FloatScale),
            _ => raw,
        };
        for (int i = 0; i < bytes.Length; i++)
            bytes[^(i + 1)] = (byte)(bits >> (8 * i));
        return bytes;
    }
}
