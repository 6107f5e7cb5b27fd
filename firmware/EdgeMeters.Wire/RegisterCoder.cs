namespace EdgeMeters.Wire;

/// <summary>Codes the registers of one channel: the first as it is, then the differences in Rice code (FORMAT.md, "Registers").</summary>
/// <remarks>
/// Rice code takes 1.0 to 1.2 B for a household's quarter-hour where byte-wise varints take 1.5. The parameter is chosen exactly, by cost.
/// Works on one column of a row-major matrix: element i lies at <c>first + i * stride</c>.
/// </remarks>
public sealed class RegisterCoder
{
    /// <summary>Ones after which a 64-bit difference follows as it is: bounds the bits of one difference to 88.</summary>
    public const int EscapeOnes = 24;

    /// <summary>Largest Rice parameter; 2^40 Wh in an interval is beyond any meter.</summary>
    public const int RiceBitsMax = 40;

    private const byte SignedFlag = 0x80;

    /// <summary>Writes the registers of one column, leaving out those that are missing.</summary>
    public void Write(ByteWriter writer, long[] registers, byte[] qualities, int first, int stride, int rows)
    {
        int at = NextPresent(qualities, first, stride, rows, 0);
        if (at >= rows)
            return;
        bool signed = NeedsSign(registers, qualities, first, stride, rows, at);
        int riceBits = BestRiceBits(registers, qualities, first, stride, rows, at, signed);
        writer.Byte((byte)(riceBits | (signed ? SignedFlag : 0)));
        long previous = registers[first + at * stride];
        writer.VarInt(previous);
        for (int row = at + 1; row < rows; row++)
        {
            int i = first + row * stride;
            if (qualities[i] == (byte)Quality.Missing)
                continue;
            WriteDifference(writer, Difference(registers[i], previous, signed), riceBits);
            previous = registers[i];
        }
        writer.AlignToByte();
    }

    /// <summary>Reads what <see cref="Write"/> wrote. False for an encoding that is cut short, or not the one that Write would choose.</summary>
    public bool TryRead(ByteReader reader, long[] registers, byte[] qualities, int first, int stride, int rows)
    {
        int at = NextPresent(qualities, first, stride, rows, 0);
        for (int row = 0; row < rows; row++)
            registers[first + row * stride] = 0;
        if (at >= rows)
            return true;
        byte head = reader.Byte();
        int riceBits = head & ~SignedFlag;
        bool signed = (head & SignedFlag) != 0;
        long previous = reader.VarInt();
        if (reader.Failed || riceBits > RiceBitsMax)
            return false;
        registers[first + at * stride] = previous;
        for (int row = at + 1; row < rows; row++)
        {
            int i = first + row * stride;
            if (qualities[i] == (byte)Quality.Missing)
                continue;
            ulong coded;
            if (!TryReadDifference(reader, riceBits, out coded))
                return false;
            previous = unchecked(previous + (signed ? ZigZag.Decode(coded) : (long)coded));
            registers[i] = previous;
        }
        reader.AlignToByte();
        return !reader.Failed
            && signed == NeedsSign(registers, qualities, first, stride, rows, at)
            && riceBits == BestRiceBits(registers, qualities, first, stride, rows, at, signed);
    }

    private static int NextPresent(byte[] qualities, int first, int stride, int rows, int row)
    {
        while (row < rows && qualities[first + row * stride] == (byte)Quality.Missing)
            row++;
        return row;
    }

    private static ulong Difference(long register, long previous, bool signed)
    {
        long difference = unchecked(register - previous);
        return signed ? ZigZag.Encode(difference) : (ulong)difference;
    }

    // A register that never falls needs no sign. A difference that overflows wraps round in two's complement and back again: lossless.
    private static bool NeedsSign(long[] registers, byte[] qualities, int first, int stride, int rows, int at)
    {
        long previous = registers[first + at * stride];
        for (int row = at + 1; row < rows; row++)
        {
            int i = first + row * stride;
            if (qualities[i] == (byte)Quality.Missing)
                continue;
            if (registers[i] < previous)
                return true;
            previous = registers[i];
        }
        return false;
    }

    // The parameter is part of the format: of all, the one that takes the fewest bits, the smallest of equals. The reader refuses any
    // other, so that readings have one encoding. Exact and not by the mean: one meter exchange must not cost the whole day its compression.
    private static int BestRiceBits(long[] registers, byte[] qualities, int first, int stride, int rows, int at, bool signed)
    {
        ulong largest;
        int differences;
        int best = GuessRiceBits(registers, qualities, first, stride, rows, at, signed, out largest, out differences);
        int guess = best;
        // A good one first: the others are out as soon as they cost more.
        long bestBits = CostBits(registers, qualities, first, stride, rows, at, signed, best, long.MaxValue);
        // Once every difference is below half of 2^riceBits, each further bit is one more for all of them.
        for (int riceBits = 0; riceBits <= RiceBitsMax && (riceBits == 0 || largest >> (riceBits - 1) != 0); riceBits++)
        {
            // Each difference takes its low bits and a zero at least.
            if (differences * (1L + riceBits) > bestBits)
                break;
            if (riceBits == guess)
                continue;
            long bits = CostBits(registers, qualities, first, stride, rows, at, signed, riceBits, bestBits);
            if (bits < bestBits || bits == bestBits && riceBits < best)
            {
                bestBits = bits;
                best = riceBits;
            }
        }
        return best;
    }

    // The logarithm of the mean without the largest, which may be a meter exchange. Where the sum overflows, a bad guess costs time only.
    private static int GuessRiceBits(
        long[] registers, byte[] qualities, int first, int stride, int rows, int at, bool signed, out ulong largest, out int differences)
    {
        largest = 0;
        ulong sum = 0;
        differences = 0;
        int i = first + at * stride;
        long previous = registers[i];
        for (int row = at + 1; row < rows; row++)
        {
            i += stride;
            if (qualities[i] == (byte)Quality.Missing)
                continue;
            ulong coded = Difference(registers[i], previous, signed);
            if (coded > largest)
                largest = coded;
            sum = unchecked(sum + coded);
            differences++;
            previous = registers[i];
        }
        ulong mean = differences < 2 ? largest : unchecked(sum - largest) / (ulong)(differences - 1);
        int guess = 0;
        while (guess < RiceBitsMax && mean >> (guess + 1) != 0 && largest >> guess != 0)
            guess++;
        return guess;
    }

    // Stops early, with a figure that is too high, once bitsMax is exceeded: most parameters are out after a few rows.
    private static long CostBits(
        long[] registers, byte[] qualities, int first, int stride, int rows, int at, bool signed, int riceBits, long bitsMax)
    {
        long bits = 0;
        int i = first + at * stride;
        long previous = registers[i];
        for (int row = at + 1; row < rows && bits <= bitsMax; row++)
        {
            i += stride;
            if (qualities[i] == (byte)Quality.Missing)
                continue;
            long difference = unchecked(registers[i] - previous);
            ulong ones = (signed ? ZigZag.Encode(difference) : (ulong)difference) >> riceBits;
            bits += ones < EscapeOnes ? (long)ones + 1 + riceBits : EscapeOnes + 64;
            previous = registers[i];
        }
        return bits;
    }

    private static void WriteDifference(ByteWriter writer, ulong coded, int riceBits)
    {
        ulong ones = coded >> riceBits;
        if (ones >= EscapeOnes)
        {
            writer.Bits((1UL << EscapeOnes) - 1, EscapeOnes);
            writer.Bits(coded, 64);
            return;
        }
        writer.Bits(((1UL << (int)ones) - 1) << 1, (int)ones + 1);
        writer.Bits(coded, riceBits);
    }

    private static bool TryReadDifference(ByteReader reader, int riceBits, out ulong coded)
    {
        ulong ones = 0;
        while (ones < EscapeOnes && reader.Bit() != 0)
            ones++;
        bool escaped = ones == EscapeOnes;
        coded = escaped ? reader.Bits(64) : (ones << riceBits) | reader.Bits(riceBits);
        // An escape for a number that the code itself can hold would be a second encoding of it.
        return !reader.Failed && (!escaped || coded >> riceBits >= EscapeOnes);
    }
}
