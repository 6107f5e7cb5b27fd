using System.Globalization;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Reads where a register lies in a meter: the keys of a profile's register that differ by protocol.</summary>
internal static class PointReader
{
    // Named by the order of their enums.
    private static readonly string[] Types =
        ["u16", "i16", "u32", "i32", "u64", "i64", "f32", "u48", "i48", "f64", "bcd16", "bcd32", "bcd48", "bcd64"];

    private static readonly string[] Orders = ["abcd", "cdab", "badc", "dcba"];
    private static readonly string[] Nulls = ["all-ones", "int-max", "int-min"];
    private static readonly string[] ScaleKinds = ["expected", "power-of-ten"];
    private static readonly string[] Quantities = ["energy-wh", "energy-j", "volume"];

    /// <param name="section">The register.</param>
    /// <param name="protocol">What its meter speaks.</param>
    /// <param name="isSample">A sample has no scale register.</param>
    public static BusPoint Read(ConfigurationSection section, BusProtocol protocol, bool isSample)
    {
        BusPoint point = protocol switch
        {
            BusProtocol.Dlt645 => ReadDlt645(section, 8),
            BusProtocol.Dlt645Of1997 => ReadDlt645(section, 4),
            BusProtocol.Cjt188 => ReadCjt188(section),
            BusProtocol.MBus => ReadMBus(section),
            _ => ReadModbus(section, isSample),
        };
        if (!point.IsWithinLimits())
            section.Fault("", "lies where a node cannot take it: check address, type and length");
        return point;
    }

    private static ModbusPoint ReadModbus(ConfigurationSection section, bool isSample)
    {
        ModbusPoint point = new()
        {
            Function = (byte)section.Int("function", 3, 4),
            Address = (ushort)section.Int("address", 0, ushort.MaxValue),
            Type = (RegisterType)(1 + Array.IndexOf(Types, section.Word("type", Types))),
            Order = (WordOrder)(1 + Array.IndexOf(Orders, section.Word("order", Orders, "abcd"))),
            FloatScale = section.Int("floatScale", 1, ModbusPoint.FloatScaleMax, 1),
        };
        bool isFloat = point.Type is RegisterType.F32 or RegisterType.F64;
        if (point.FloatScale != 1 && !isFloat)
            section.Fault("floatScale", "is for floats only: an integer is scaled by numerator and denominator");
        if (section.Has("nulls"))
        {
            IReadOnlyList<string> words = section.Texts("nulls");
            if (words.Count == 0 || words.Any(w => !Nulls.Contains(w)))
                section.Fault("nulls", "must be a list of " + string.Join(", ", Nulls.Select(n => "\"" + n + "\"")));
            foreach (string word in words)
                point.Nulls |= (byte)(1 << Math.Max(0, Array.IndexOf(Nulls, word)));
        }
        if (!isSample && section.Section("scale", isRequired: false) is { } scale)
            ReadScale(scale, point);
        return point;
    }

    private static void ReadScale(ConfigurationSection section, ModbusPoint point)
    {
        point.Scale = (ScaleKind)(1 + Array.IndexOf(ScaleKinds, section.Word("kind", ScaleKinds)));
        point.ScaleAddress = (ushort)section.Int("address", 0, ushort.MaxValue);
        if (point.Scale == ScaleKind.Expected)
        {
            point.ScaleFirst = (short)section.Int("expected", short.MinValue, short.MaxValue);
        }
        else
        {
            point.ScaleFirst = (short)section.Int("exponentMin", -ModbusPoint.ExponentMax, ModbusPoint.ExponentMax);
            point.ScaleLast = (short)section.Int("exponentMax", -ModbusPoint.ExponentMax, ModbusPoint.ExponentMax);
            if (point.ScaleFirst > point.ScaleLast)
                section.Fault("exponentMax", $"must be at least exponentMin, {point.ScaleFirst}");
        }
        section.RefuseUnknownKeys();
    }

    private static Dlt645Point ReadDlt645(ConfigurationSection section, int digits) => new()
    {
        Identifier = ReadHex(section, "di", digits),
        Bytes = section.Int("bytes", 1, IdentifierPoint.BytesMax, 4),
        Offset = section.Int("offset", 0, Dlt645Point.OffsetMax, 0),
        IsSigned = section.Flag("signed", false),
    };

    private static Cjt188Point ReadCjt188(ConfigurationSection section) => new()
    {
        Identifier = ReadHex(section, "di", 4),
        Field = (byte)section.Int("field", 0, Cjt188Point.FieldMax),
        UnitCode = (byte)ReadHex(section, "unitCode", 2),
    };

    private static MBusPoint ReadMBus(ConfigurationSection section) => new()
    {
        Quantity = (MBusQuantity)(1 + Array.IndexOf(Quantities, section.Word("quantity", Quantities))),
        Storage = (ushort)section.Int("storage", 0, ushort.MaxValue, 0),
        Tariff = (byte)section.Int("tariff", 0, byte.MaxValue, 0),
        Exponent = (sbyte)section.Int("exponent", -MBusPoint.ExponentMax, MBusPoint.ExponentMax),
    };

    /// <summary>A number as hexadecimal digits of an exact count, as identifiers and unit codes are printed.</summary>
    public static uint ReadHex(ConfigurationSection section, string key, int digits)
    {
        string? text = section.Text(key);
        if (text == null)
            return 0;
        if (text.Length == digits && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
            && text == text.ToUpperInvariant())
            return number;
        section.Fault(key, $"must be {digits} hexadecimal digits, capital letters, as printed");
        return 0;
    }
}
