using System.Globalization;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Field.FaceCheck;

/// <summary>What else the words around a Modbus register could mean.</summary>
public static class ModbusHypotheses
{
    /// <summary>How far around the register others are looked for, in registers.</summary>
    public const int NeighbourRegistersMax = 8;

    private const int WordBytes = 2;

    // Powers of ten between the count of a profile and that of another type: a float in kWh may be an integer in Wh or in 10 Wh.
    private const int ExponentMax = 3;

    private static readonly (RegisterType Type, string Name)[] Types =
    [
        (RegisterType.U16, "u16"), (RegisterType.I16, "i16"), (RegisterType.U32, "u32"), (RegisterType.I32, "i32"),
        (RegisterType.U48, "u48"), (RegisterType.I48, "i48"), (RegisterType.U64, "u64"), (RegisterType.I64, "i64"),
        (RegisterType.F32, "f32"), (RegisterType.F64, "f64"),
        (RegisterType.Bcd16, "bcd16"), (RegisterType.Bcd32, "bcd32"), (RegisterType.Bcd48, "bcd48"), (RegisterType.Bcd64, "bcd64"),
    ];

    private static readonly WordOrder[] Orders = [WordOrder.Abcd, WordOrder.Cdab, WordOrder.Badc, WordOrder.Dcba];

    public static string NameOf(RegisterType type) => Types.First(t => t.Type == type).Name;

    public static string NameOf(WordOrder order) => order.ToString().ToLowerInvariant();

    /// <summary>Everything that is tried, each with one thing otherwise than in the profile.</summary>
    /// <param name="words">What was read around the register.</param>
    /// <param name="offset">Of the register in <paramref name="words"/>, in bytes.</param>
    /// <param name="own">How the profile takes it.</param>
    public static IReadOnlyList<FaceHypothesis> From(byte[] words, int offset, ModbusNumber own)
    {
        List<FaceHypothesis> found = [];
        foreach (WordOrder order in Orders.Where(o => o != own.Order))
        {
            Add(found, words, offset, own with { Order = order }, FaceFault.Order,
                OrderFinding(own, order), $"set the register's order to \"{NameOf(order)}\" instead of \"{NameOf(own.Order)}\"");
        }
        AddTypes(found, words, offset, own);
        AddNeighbours(found, words, offset, own);
        return found;
    }

    private static void AddTypes(List<FaceHypothesis> found, byte[] words, int offset, ModbusNumber own)
    {
        // A u32 that is below 2^31 is an i32 as well: what takes the same bits for the same number is no other type.
        HashSet<decimal> seen = own.TryRead(words, offset) is { } itself ? [itself.Count] : [];
        foreach ((RegisterType type, string name) in Types.Where(t => t.Type != own.Type))
        {
            if (own with { Type = type, FloatScale = 1 } is var other && other.TryRead(words, offset) is { } number && seen.Add(number.Count))
            {
                for (int exponent = -ExponentMax; exponent <= ExponentMax; exponent++)
                {
                    decimal countUnits = own.UnitsPerNumber * FaceReading.PowerOfTen(exponent);
                    found.Add(new FaceHypothesis(
                        FaceFault.Type,
                        $"another type: the register is {name}, not {NameOf(own.Type)}",
                        $"set its type to \"{name}\", and numerator, denominator{(IsFloat(type) ? " and floatScale" : "")} so that one is "
                            + $"{countUnits.ToString("0.#########", CultureInfo.InvariantCulture)} base units",
                        number.Count * countUnits,
                        number.Step * countUnits));
                }
            }
        }
    }

    private static void AddNeighbours(List<FaceHypothesis> found, byte[] words, int offset, ModbusNumber own)
    {
        for (int distance = -NeighbourRegistersMax; distance <= NeighbourRegistersMax; distance++)
        {
            if (distance == 0)
                continue;
            int address = own.Address + distance;
            string remedy = $"set the register's address to {address}";
            if (Math.Abs(distance) == 1)
                remedy += ": the manual may count addresses from 1, the wire counts from 0";
            Add(found, words, offset + WordBytes * distance, own, FaceFault.Neighbour,
                $"a neighbour: the display shows the register at address {address}, not {own.Address}", remedy);
        }
    }

    private static void Add(
        List<FaceHypothesis> found, byte[] words, int offset, ModbusNumber number, FaceFault fault, string finding, string remedy)
    {
        if (number.TryRead(words, offset) is { } read)
        {
            found.Add(new FaceHypothesis(
                fault, finding, remedy, read.Count * number.UnitsPerNumber, read.Step * number.UnitsPerNumber));
        }
    }

    private static string OrderFinding(ModbusNumber own, WordOrder order)
    {
        bool wordsDiffer = IsLowWordFirst(own.Order) != IsLowWordFirst(order);
        bool bytesDiffer = IsLowByteFirst(own.Order) != IsLowByteFirst(order);
        string what = wordsDiffer && bytesDiffer ? "the words and the bytes in each word are" : wordsDiffer ? "the words are" : "the bytes in each word are";
        return $"swapped order: {what} the other way round";
    }

    private static bool IsFloat(RegisterType type) => type is RegisterType.F32 or RegisterType.F64;

    private static bool IsLowWordFirst(WordOrder order) => order is WordOrder.Cdab or WordOrder.Dcba;

    private static bool IsLowByteFirst(WordOrder order) => order is WordOrder.Badc or WordOrder.Dcba;
}
