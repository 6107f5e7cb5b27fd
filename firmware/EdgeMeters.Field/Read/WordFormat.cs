using System.Globalization;
using System.Text;
using EdgeMeters.Field.FaceCheck;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Field.Read;

/// <summary>What Modbus registers are said to hold: numbers of a type, a text, or bits.</summary>
/// <param name="Type">A <see cref="RegisterType"/> in lower case, "text" or "bits".</param>
/// <param name="Order">Order of a number's words and bytes; of a text and of bits, the order of the bytes in each word.</param>
internal sealed record WordFormat(string Type, WordOrder Order)
{
    public const string Text = "text";
    public const string Bits = "bits";

    public static string[] Types => [.. Enum.GetNames<RegisterType>().Select(n => n.ToLowerInvariant()), Text, Bits];

    public static string[] Orders => [.. Enum.GetNames<WordOrder>().Select(n => n.ToLowerInvariant())];

    /// <summary>Registers that one number takes; 1 for texts and bits, of which any number may follow each other.</summary>
    public int Words => Type is Text or Bits ? 1 : RegisterDecoder.WordsOf(NumberType);

    private RegisterType NumberType => Enum.Parse<RegisterType>(Type, ignoreCase: true);

    private bool IsLowByteFirst => Order is WordOrder.Badc or WordOrder.Dcba;

    public IReadOnlyList<ReadRow> Rows(string name, int address, byte[] words)
    {
        if (Type == Text)
            return [ReadRow.OfText($"{name} {address}-{address + words.Length / 2 - 1}", words, Readable(words))];
        List<ReadRow> rows = [];
        for (int offset = 0; offset + 2 * Words <= words.Length; offset += 2 * Words)
            rows.Add(Row($"{name} {address + offset / 2}", words[offset..(offset + 2 * Words)]));
        return rows;
    }

    private ReadRow Row(string register, byte[] words)
    {
        if (Type == Bits)
        {
            int word = IsLowByteFirst ? (words[1] << 8) | words[0] : (words[0] << 8) | words[1];
            string bits = Convert.ToString(word, 2).PadLeft(16, '0');
            return ReadRow.OfText(register, words, string.Join(' ', bits.Chunk(4).Select(four => new string(four))));
        }
        if (NumberType is RegisterType.F32 or RegisterType.F64)
            return RowOfFloat(register, words);
        return RegisterDecoder.TryDecode(words, NumberType, Order, 1, out long number)
            ? ReadRow.OfNumber(register, words, number, null)
            : NumberType == RegisterType.U64
                ? ReadRow.Failed(register, "not a number: more than 63 bits", words)
                : ReadRow.Failed(register, "not a number: a digit is above 9, so this is no BCD", words);
    }

    private ReadRow RowOfFloat(string register, byte[] words)
    {
        byte[] ordered = ModbusNumber.InOrder(words, Order);
        string written = ordered.Length == 4
            ? Written(System.Buffers.Binary.BinaryPrimitives.ReadSingleBigEndian(ordered))
            : Written(System.Buffers.Binary.BinaryPrimitives.ReadDoubleBigEndian(ordered));
        return written.Length > 0
            ? ReadRow.OfNumber(register, words, written, null)
            : ReadRow.Failed(register, "not a number: the meter says NaN or infinity, by which meters mean that they have none", words);
    }

    private static string Written<T>(T number)
        where T : System.Numerics.IFloatingPoint<T>
    {
        return T.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
    }

    private string Readable(byte[] words)
    {
        StringBuilder text = new();
        for (int i = 0; i < words.Length; i++)
        {
            char c = (char)words[IsLowByteFirst ? i ^ 1 : i];
            text.Append(char.IsBetween(c, ' ', '~') ? c : c == '\0' ? '\0' : '\u00B7');
        }
        return text.ToString().TrimEnd('\0', ' ').Replace('\0', '\u00B7');
    }
}
