using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgeMeters.Field.FaceCheck;
using EdgeMeters.Metering.Bus.MBus;

namespace EdgeMeters.Field.Read;

/// <summary>What the records of an M-Bus answer mean (EN 13757-3, 8: value information).</summary>
internal static class MBusFormat
{
    private const int Variable = 0x0D;
    private const int Date = 0x6C;
    private const int DateTimeOrOther = 0x6D;

    private static readonly string[] Functions = ["", " maximum", " minimum", " during error"];

    // First meaning of a family, its members, name, unit, exponent of ten of its first member.
    private static readonly (int First, int Count, string Name, string Unit, int Exponent)[] Families =
    [
        (0x00, 8, "energy", "Wh", -3), (0x08, 8, "energy", "J", 0), (0x10, 8, "volume", "m³", -6), (0x18, 8, "mass", "kg", -3),
        (0x28, 8, "power", "W", -3), (0x30, 8, "power", "J/h", 0), (0x38, 8, "flow", "m³/h", -6), (0x40, 8, "flow", "m³/min", -7),
        (0x48, 8, "flow", "m³/s", -9), (0x50, 8, "mass flow", "kg/h", -3), (0x58, 4, "flow temperature", "°C", -3),
        (0x5C, 4, "return temperature", "°C", -3), (0x60, 4, "temperature difference", "K", -3), (0x64, 4, "outside temperature", "°C", -3),
        (0x68, 4, "pressure", "bar", -3), (0x6E, 1, "heat cost allocation", "", 0), (0x78, 1, "fabrication number", "", 0),
        (0x79, 1, "identification", "", 0), (0x7A, 1, "bus address", "", 0),
        (0xFB00, 2, "energy", "MWh", -1), (0xFB08, 2, "energy", "GJ", -1), (0xFB10, 2, "volume", "m³", 2), (0xFB18, 2, "mass", "t", 2),
        (0xFD40, 16, "voltage", "V", -9), (0xFD50, 16, "current", "A", -12), (0xFD08, 1, "access number", "", 0),
        (0xFD0C, 1, "model", "", 0), (0xFD0E, 1, "firmware", "", 0), (0xFD0F, 1, "software", "", 0), (0xFD10, 1, "customer", "", 0),
        (0xFD17, 1, "error flags", "", 0), (0xFD1A, 1, "digital output", "", 0), (0xFD1B, 1, "digital input", "", 0),
    ];

    // Families whose members are seconds, minutes, hours and days.
    private static readonly (int First, string Name)[] Times =
        [(0x20, "on time"), (0x24, "operating time"), (0x70, "averaging time"), (0x74, "actuality time")];

    private static readonly string[] TimeUnits = ["s", "min", "h", "d"];

    /// <summary>Who answered: identification, manufacturer's letters (EN 13757-3, 5.6), version, medium, status.</summary>
    public static ReadRow Head(byte[] answer)
    {
        byte[] head = answer[MBusFrame.HeadAt..MBusFrame.RecordsAt];
        int maker = head[4] | (head[5] << 8);
        string letters = new([Letter(maker >> 10), Letter(maker >> 5), Letter(maker)]);
        string identification = Convert.ToHexString([.. head[..4].Reverse()]);
        return ReadRow.OfText("meter", head, $"{identification} {letters} version {head[6]} medium {head[7]:X2} status {head[9]:X2}");

        static char Letter(int bits) => (char)('@' + (bits & 0x1F));
    }

    public static ReadRow Row(MBusRecords records, byte[] answer)
    {
        byte[] raw = answer[records.At..(records.At + records.Bytes)];
        (string name, string? unit, int exponent) = Meaning(records.Meaning);
        string register = name + Extension(records.Extension) + Functions[records.Function]
            + (records.Storage == 0 ? "" : $" storage {records.Storage}")
            + (records.Tariff == 0 ? "" : $" tariff {records.Tariff}")
            + (records.Subunit == 0 ? "" : $" part {records.Subunit}");
        if (records.Meaning is Date or DateTimeOrOther && records.Coding is 2 or 4 or 6)
            return Time(register, raw);
        if (records.Coding == Variable)
            return ReadRow.OfText(register, raw, Encoding.Latin1.GetString([.. raw.Reverse()]).Replace('\0', ' ').Trim());
        if (records.Coding == MBusRecords.Real)
            return OfReal(register, raw, exponent, unit);
        if (raw.Length == 0)
            return ReadRow.OfText(register, raw, "");
        return records.TryNumber(out long number)
            ? ReadRow.OfNumber(register, raw, number * FaceReading.PowerOfTen(exponent), unit)
            : ReadRow.Failed(register, "not a number: the meter says that it has none", raw);
    }

    // EN 13757-3, table of orthogonal value information: the extensions that split a total; others are shown by their number.
    private static string Extension(int extension) => extension switch
    {
        0 => "",
        0x3B => " forward",
        0x3C => " backward",
        MBusRecords.Several => " extended",
        _ => $" extended {extension:X2}",
    };

    private static (string Name, string? Unit, int Exponent) Meaning(int meaning)
    {
        var family = Families.FirstOrDefault(f => meaning >= f.First && meaning < f.First + f.Count);
        if (family.Name != null)
            return (family.Name, family.Unit.Length == 0 ? null : family.Unit, family.Exponent + meaning - family.First);
        var time = Times.FirstOrDefault(t => meaning >= t.First && meaning < t.First + TimeUnits.Length);
        if (time.Name != null)
            return (time.Name, TimeUnits[meaning - time.First], 0);
        return meaning switch
        {
            Date => ("date", null, 0),
            DateTimeOrOther => ("time", null, 0),
            _ => ($"record {meaning:X2}", null, 0),
        };
    }

    private static ReadRow OfReal(string register, byte[] raw, int exponent, string? unit)
    {
        float number = BinaryPrimitives.ReadSingleLittleEndian(raw);
        if (!float.IsFinite(number))
            return ReadRow.Failed(register, "not a number: the meter says NaN or infinity", raw);
        string written = (number * Math.Pow(10, exponent)).ToString("G9", CultureInfo.InvariantCulture);
        return ReadRow.OfNumber(register, raw, written, unit);
    }

    /// <summary>Types G and F of EN 13757-3, annex A: a date in two bytes, a minute before it in four.</summary>
    private static ReadRow Time(string register, byte[] raw)
    {
        if (raw.Length > 4)
            return ReadRow.OfText(register, raw, Convert.ToHexString([.. raw.Reverse()]));
        byte[] date = raw[^2..];
        int year = 2000 + ((date[0] >> 5) | ((date[1] >> 4) << 3));
        string text = $"{year}-{date[1] & 0xF:00}-{date[0] & 0x1F:00}";
        if (raw.Length == 2)
            return ReadRow.OfText(register, raw, text);
        ReadRow row = ReadRow.OfText(register, raw, $"{text} {raw[1] & 0x1F:00}:{raw[0] & 0x3F:00}");
        return (raw[0] & 0x80) == 0 ? row : row.Doubted("invalid: the meter itself marks this time as invalid");
    }
}
