using System.Buffers.Binary;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Field.FaceCheck;

/// <summary>How a number is taken out of Modbus registers.</summary>
/// <param name="Address">Wire address, from 0.</param>
/// <param name="Type">How it is coded.</param>
/// <param name="Order">Order of its bytes.</param>
/// <param name="FloatScale">Raw counts in one of a floating-point number; 1 for integers.</param>
/// <param name="UnitsPerCount">Base units of one raw count: numerator over denominator.</param>
public sealed record ModbusNumber(int Address, RegisterType Type, WordOrder Order, int FloatScale, decimal UnitsPerCount)
{
    private const decimal Largest = 1e18m;

    /// <summary>What is smaller is words that are no float.</summary>
    private const double Smallest = 1e-9;

    /// <summary>Base units of the number 1 as it stands in the registers.</summary>
    public decimal UnitsPerNumber => UnitsPerCount * FloatScale;

    /// <summary>The number as it stands in the registers, before any scale, and the smallest step that it can make there.</summary>
    /// <returns>Null when it lies outside of what was read, or is none, or is greater than any meter counts to.</returns>
    public (decimal Count, decimal Step)? TryRead(byte[] words, int offset)
    {
        int width = 2 * RegisterDecoder.WordsOf(Type);
        if (offset < 0 || offset + width > words.Length)
            return null;
        if (Type is RegisterType.F32 or RegisterType.F64)
            return TryReadFloat(words.AsSpan(offset, width));
        bool isNumber = RegisterDecoder.TryDecode(words, offset, Type, Order, 1, 0, out long count);
        return isNumber && Math.Abs((decimal)count) <= Largest ? (count, 1) : null;
    }

    /// <summary>The bytes of a number, most significant first.</summary>
    public static byte[] InOrder(ReadOnlySpan<byte> words, WordOrder order)
    {
        bool lowWordFirst = order is WordOrder.Cdab or WordOrder.Dcba;
        int lowByteFirst = order is WordOrder.Badc or WordOrder.Dcba ? 1 : 0;
        byte[] ordered = new byte[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            int word = lowWordFirst ? words.Length / 2 - 1 - i / 2 : i / 2;
            ordered[i] = words[2 * word + ((i & 1) ^ lowByteFirst)];
        }
        return ordered;
    }

    private (decimal Count, decimal Step)? TryReadFloat(ReadOnlySpan<byte> words)
    {
        byte[] ordered = InOrder(words, Order);
        bool isSingle = ordered.Length == 4;
        double number = isSingle ? BinaryPrimitives.ReadSingleBigEndian(ordered) : BinaryPrimitives.ReadDoubleBigEndian(ordered);
        if (!double.IsFinite(number) || Math.Abs(number) > (double)Largest || number != 0 && Math.Abs(number) < Smallest)
            return null;
        double size = Math.Abs(number);
        double step = (isSingle ? MathF.BitIncrement((float)size) : Math.BitIncrement(size)) - size;
        return ((decimal)number, (decimal)step);
    }
}
