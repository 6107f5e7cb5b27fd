using EdgeMeters.Field.FaceCheck;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;

namespace EdgeMeters.Field.Read;

/// <summary>What the answer of a CJ/T 188 meter to 901F holds (CJ/T 188-2004, 7.3): numbers with units, the meter's time, its status.</summary>
internal static class Cjt188Format
{
    private const int NumberBytes = 4;
    private const int ShortBytes = 3;
    private const int TimeBytes = 7;

    private const int StatusBytes = 2;

    private static readonly string[] FlowFields = ["volume", "volume on settlement day"];
    private static readonly string[] HeatFields = ["heat on settlement day", "heat", "power", "flow", "volume"];

    // CJ/T 188-2004, annex: units by code, with the decimals that a number of four bytes has in them.
    private static readonly Dictionary<byte, (string Unit, int Decimals)> Units = new()
    {
        [0x02] = ("Wh", 2), [0x05] = ("kWh", 2), [0x08] = ("MWh", 2), [0x0A] = ("100 MWh", 2),
        [0x0B] = ("kJ", 2), [0x0E] = ("MJ", 2), [0x11] = ("GJ", 2),
        [0x14] = ("W", 2), [0x17] = ("kW", 2), [0x1A] = ("MW", 2),
        [0x29] = ("L", 2), [0x2C] = ("m³", 2), [0x32] = ("L/h", 4), [0x35] = ("m³/h", 4),
    };

    public static IReadOnlyList<ReadRow> Rows(uint identifier, byte meterType, byte[] content, bool isUnitFirst)
    {
        bool isHeat = Cjt188Frame.IsHeat(meterType);
        int whole = (isHeat ? Cjt188Frame.HeatBytes : Cjt188Frame.FlowBytes) - Cjt188Frame.EchoedBytes;
        if (identifier != Cjt188Frame.Current)
            return [ReadRow.OfText(identifier.ToString("X4", null), content, Convert.ToHexString(content))];
        if (content.Length != whole)
            return [ReadRow.Failed("901F", $"wrong length: {content.Length} bytes, and a meter of type {meterType:X2} gives {whole}", content)];
        List<ReadRow> rows = [];
        int at = 0;
        foreach (string field in isHeat ? HeatFields : FlowFields)
            rows.Add(Field("901F " + field, Take(Cjt188Frame.FieldBytes), isUnitFirst));
        if (isHeat)
        {
            rows.Add(Number("901F supply temperature", Take(ShortBytes), 2, "°C"));
            rows.Add(Number("901F return temperature", Take(ShortBytes), 2, "°C"));
            rows.Add(Number("901F working time", Take(ShortBytes), 0, "h"));
        }
        rows.Add(Time("901F time", Take(TimeBytes)));
        // Sources contradict each other about the bits (valve, battery): they are shown and not named.
        byte[] status = Take(StatusBytes);
        rows.Add(ReadRow.OfText("901F status", status, Convert.ToHexString(status)));
        return rows;

        byte[] Take(int bytes) => content[at..(at += bytes)];
    }

    private static ReadRow Field(string register, byte[] raw, bool isUnitFirst)
    {
        byte code = raw[isUnitFirst ? 0 : NumberBytes];
        byte[] number = isUnitFirst ? raw[1..] : raw[..NumberBytes];
        if (!Units.TryGetValue(code, out var unit))
        {
            return ReadRow.Failed(
                register, $"wrong unit of measure: {code:X2} is no unit of CJ/T 188; if the unit stands at the other end of the number, {(isUnitFirst ? "leave out" : "add")} --unit-first", raw);
        }
        return Number(register, number, unit.Decimals, unit.Unit) with { Raw = ReadRow.Hex(raw) };
    }

    private static ReadRow Number(string register, byte[] raw, int decimals, string unit) =>
        Bcd.TryRead(raw, 0, raw.Length, Bcd.Unsigned, out long number)
            ? ReadRow.OfNumber(register, raw, FaceReading.PowerOfTen(-decimals) * number, unit)
            : ReadRow.Failed(register, "not a number: a digit is above 9, by which meters mean that they have none", raw);

    private static ReadRow Time(string register, byte[] raw)
    {
        string digits = Convert.ToHexString([.. raw.Reverse()]);
        return ReadRow.OfText(register, raw, $"{digits[..4]}-{digits[4..6]}-{digits[6..8]} {digits[8..10]}:{digits[10..12]}:{digits[12..]}");
    }
}
