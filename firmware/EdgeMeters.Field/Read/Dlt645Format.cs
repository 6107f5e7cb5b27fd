using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Field.Read;

/// <summary>What the better known identifiers of DL/T 645 mean (DL/T 645-2007, annex A; DL/T 645-1997, annex B). Others are shown as digits.</summary>
internal static class Dlt645Format
{
    /// <summary>Asked for when the technician names none: the energies with their tariffs, voltages, currents, power, frequency.</summary>
    public static readonly uint[] Usual =
        [0x0001FF00, 0x0002FF00, 0x00030000, 0x00040000, 0x0201FF00, 0x0202FF00, 0x02030000, 0x02800002, 0x04000401];

    public static readonly uint[] UsualOf1997 = [0x9010, 0x9020, 0x9110, 0x9120, 0xB611, 0xB612, 0xB613, 0xB621, 0xB622, 0xB623, 0xB630];

    private const int PhaseMask = 0x00000F00;

    // Which identifiers, and what bits of them count; name; bytes, decimals, unit of each number; whether its top bit is a sign.
    private static readonly (uint Identifier, uint Mask, string Name, int Bytes, int Decimals, string Unit, bool IsSigned)[] Known =
    [
        (0x00000000, 0xFFFF0000, "combined active energy", 4, 2, "kWh", true),
        (0x00010000, 0xFFFF0000, "import active energy", 4, 2, "kWh", false),
        (0x00020000, 0xFFFF0000, "export active energy", 4, 2, "kWh", false),
        (0x00030000, 0xFFFF0000, "combined reactive energy 1", 4, 2, "kvarh", true),
        (0x00040000, 0xFFFF0000, "combined reactive energy 2", 4, 2, "kvarh", true),
        (0x02010000, 0xFFFF0000, "voltage", 2, 1, "V", false),
        (0x02020000, 0xFFFF0000, "current", 3, 3, "A", true),
        (0x02030000, 0xFFFF0000, "active power", 3, 4, "kW", true),
        (0x02040000, 0xFFFF0000, "reactive power", 3, 4, "kvar", true),
        (0x02050000, 0xFFFF0000, "apparent power", 3, 4, "kVA", true),
        (0x02060000, 0xFFFF0000, "power factor", 2, 3, "", true),
        (0x02800002, 0xFFFFFFFF, "frequency", 2, 2, "Hz", false),
    ];

    private static readonly (uint Identifier, uint Mask, string Name, int Bytes, int Decimals, string Unit, bool IsSigned)[] KnownOf1997 =
    [
        (0x9010, 0xFFF0, "import active energy", 4, 2, "kWh", false),
        (0x9020, 0xFFF0, "export active energy", 4, 2, "kWh", false),
        (0x9110, 0xFFF0, "import reactive energy", 4, 2, "kvarh", false),
        (0x9120, 0xFFF0, "export reactive energy", 4, 2, "kvarh", false),
        (0xB610, 0xFFF0, "voltage", 2, 0, "V", false),
        (0xB620, 0xFFF0, "current", 2, 2, "A", false),
        (0xB630, 0xFFF0, "active power", 3, 4, "kW", false),
    ];

    /// <param name="content">What came behind the identifier, of all frames, without the 33 that goes over the line.</param>
    public static IReadOnlyList<ReadRow> Rows(uint identifier, int identifierBytes, byte[] content)
    {
        bool isOf1997 = identifierBytes == 2;
        string code = identifier.ToString(isOf1997 ? "X4" : "X8", null);
        if (content.Length == 0)
            return [ReadRow.Failed(code, "absent: the answer is empty")];
        var known = (isOf1997 ? KnownOf1997 : Known).FirstOrDefault(k => (identifier & k.Mask) == k.Identifier);
        if (known.Name == null || content.Length % known.Bytes != 0 || content.Length > known.Bytes && !IsBlock(identifier, isOf1997))
            return [ReadRow.OfText(code, content, Digits(content))];
        List<ReadRow> rows = [];
        for (int i = 0; i * known.Bytes < content.Length; i++)
        {
            byte[] raw = content[(i * known.Bytes)..((i + 1) * known.Bytes)];
            uint own = Member(identifier, isOf1997, i);
            string register = $"{own.ToString(isOf1997 ? "X4" : "X8", null)} {known.Name}{Part(own, isOf1997)}";
            rows.Add(Bcd.TryRead(raw, 0, raw.Length, known.IsSigned ? Bcd.SignBit : Bcd.Unsigned, out long number)
                ? ReadRow.OfNumber(register, raw, FaceCheck.FaceReading.PowerOfTen(-known.Decimals) * number, known.Unit.Length == 0 ? null : known.Unit)
                : ReadRow.Failed(register, "not a number: a digit is above 9, by which meters mean that they have none", raw));
        }
        return rows;
    }

    private static bool IsBlock(uint identifier, bool isOf1997) => isOf1997 ? (identifier & 0xF) == 0xF : (identifier & 0xFF00) == 0xFF00;

    /// <summary>Of a block, the identifier of its member: energies from 0, the total, on; voltages and their like from 1, the first phase, on.</summary>
    private static uint Member(uint identifier, bool isOf1997, int at)
    {
        if (!IsBlock(identifier, isOf1997))
            return identifier;
        if (isOf1997)
            return (identifier & 0xFFF0) + (uint)at + (identifier >> 12 == 0xB && (identifier & 0xFF0) != 0x630 ? 1u : 0);
        bool isFromOne = identifier >> 16 is 0x0201 or 0x0202;
        return (identifier & 0xFFFF00FF) + ((uint)(at + (isFromOne ? 1 : 0)) << 8);
    }

    private static string Part(uint identifier, bool isOf1997)
    {
        if (isOf1997)
            return (identifier & 0xF) == 0 ? " total" : identifier >> 12 == 0xB ? $" L{identifier & 0xF}" : $" tariff {identifier & 0xF}";
        uint part = (identifier >> 8) & 0xFF;
        if (identifier >> 24 == 0)
            return part == 0 ? " total" : $" tariff {part}";
        return (identifier & PhaseMask) == 0 ? "" : $" L{part}";
    }

    private static string Digits(byte[] content) => Convert.ToHexString([.. content.Reverse()]);
}
