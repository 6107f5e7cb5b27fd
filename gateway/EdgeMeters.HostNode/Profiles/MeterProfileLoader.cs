using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Reads meter profiles. The tools read them; a node on a microcontroller is given tables.</summary>
public static class MeterProfileLoader
{
    private const int RegistersMax = 8;
    private const int GoldensMax = 32;

    private static readonly string[] Parities = ["none", "even", "odd"];
    private static readonly string[] Contacts = ["reed", "s0"];
    private static readonly string[] Carriers = ["electricity", "water", "gas", "heat"];
    private static readonly string[] Confidences = ["vendor manual", "secondary source", "excerpt", "nameplate"];
    private static readonly string[] Units = ["Wh", "varh", "litre"];
    private static readonly string[] Types = ["u16", "i16", "u32", "i32", "u64", "i64", "f32"];
    private static readonly string[] Orders = ["abcd", "cdab", "badc", "dcba"];

    /// <summary>The profiles that came with this program.</summary>
    public static string OwnDirectory => Path.Combine(AppContext.BaseDirectory, "meter-profiles");

    /// <summary>Names of the profiles in a directory.</summary>
    public static IReadOnlyList<string> List(string directory)
    {
        if (!Directory.Exists(directory))
            return [];
        return [.. Directory.GetFiles(directory, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Where(n => n != "schema").Order()];
    }

    /// <exception cref="ConfigurationException">The file cannot be read or is no profile.</exception>
    public static MeterProfile Load(string directory, string id)
    {
        string file = Path.Combine(directory, id + ".json");
        List<string> errors = [];
        ConfigurationSection root = ConfigurationSection.Open(file, errors);
        MeterProfile profile = Read(root);
        if (profile.Id != id)
            root.Fault("id", $"must be the file's name, \"{id}\"");
        if (errors.Count > 0)
            throw new ConfigurationException(file, errors);
        return profile;
    }

    private static MeterProfile Read(ConfigurationSection root)
    {
        ConfigurationSection? bus = root.Section("bus", isRequired: false);
        ConfigurationSection? pulse = root.Section("pulse", isRequired: false);
        if (bus == null == (pulse == null))
            root.Fault("bus", "a profile has either a bus with registers, or a pulse: give one of them");
        List<ModbusRegisterProfile> registers =
            [.. root.Sections("registers", RegistersMax, isRequired: bus != null).Select(ReadRegister)];
        if (bus != null && registers.Count == 0)
            root.Fault("registers", "is empty: name at least one cumulative register");
        if (registers.Select(r => r.Scale.Obis).Distinct().Count() != registers.Count)
            root.Fault("registers", "names an OBIS code twice: each register has its own");
        MeterProfile profile = new()
        {
            Id = root.Text("id") ?? "",
            Vendor = root.Text("vendor") ?? "",
            Model = root.Text("model") ?? "",
            Carrier = root.Word("carrier", Carriers),
            Source = root.Texts("source"),
            Confidence = root.Word("confidence", Confidences),
            Caveats = root.Texts("caveats"),
            Bus = bus == null ? null : ReadBus(bus),
            Registers = registers,
            Pulse = pulse == null ? null : ReadPulse(pulse),
            Goldens = [.. root.Sections("goldens", GoldensMax, isRequired: true).Select(s => ReadGolden(s, bus != null))],
        };
        root.RefuseUnknownKeys();
        return profile;
    }

    private static BusProfile ReadBus(ConfigurationSection section)
    {
        section.Word("kind", ["modbus-rtu"]);
        BusProfile bus = new(
            section.Int("baud", 300, 115200),
            section.Word("parity", Parities),
            section.Int("stopBits", 1, 2, 1),
            section.Int("registersPerReadMax", 1, 125, 125),
            section.Int("gapMs", 0, 1000, 0));
        section.RefuseUnknownKeys();
        return bus;
    }

    private static ModbusRegisterProfile ReadRegister(ConfigurationSection section)
    {
        RegisterType type = (RegisterType)(1 + Array.IndexOf(Types, section.Word("type", Types)));
        int floatScale = section.Int("floatScale", 1, 1000000, 1);
        if (floatScale != 1 && type != RegisterType.F32)
            section.Fault("floatScale", "is for type f32 only: an integer is scaled by numerator and denominator");
        section.Text("name", isRequired: false);
        ModbusRegisterProfile register = new(
            ReadScale(section),
            (byte)section.Int("function", 3, 4),
            (ushort)section.Int("address", 0, ushort.MaxValue),
            type,
            (WordOrder)(1 + Array.IndexOf(Orders, section.Word("order", Orders, "abcd"))),
            floatScale);
        section.RefuseUnknownKeys();
        return register;
    }

    private static PulseProfile ReadPulse(ConfigurationSection section)
    {
        bool isReed = section.Word("contact", Contacts) != "s0";
        int contactMicrosecondsMin = isReed ? PulseWidthFilter.ReedMicrosecondsMin : PulseWidthFilter.S0MicrosecondsMin;
        PulseProfile pulse = new(
            ReadScale(section),
            isReed,
            section.Int("microsecondsMin", 0, PulseWidthFilter.MicrosecondsMax, contactMicrosecondsMin),
            section.Int("pulsesPerSecondMax", 1, PulseAccumulator.PulsesPerSecondMax));
        section.RefuseUnknownKeys();
        return pulse;
    }

    private static RegisterScale ReadScale(ConfigurationSection section)
    {
        string obis = section.Text("obis") ?? "0-0:0.0.0";
        if (!ObisCode.TryParse(obis, new byte[ObisCode.Bytes], 0))
            section.Fault("obis", $"\"{obis}\" is no OBIS code: write it as 1-0:1.8.0");
        return new RegisterScale(
            obis,
            (Unit)(1 + Array.IndexOf(Units, section.Word("unit", Units))),
            section.Integer("numerator", 1, Limits.ScaleMax, 1),
            section.Integer("denominator", 1, Limits.ScaleMax, 1),
            section.Integer("modulus", 0, long.MaxValue, 0),
            section.Integer("rateMaxPerHour", 0, long.MaxValue, 0));
    }

    private static ProfileGolden ReadGolden(ConfigurationSection section, bool isModbus)
    {
        section.Text("source");
        ProfileGolden golden = new(
            section.Text("obis") ?? "",
            isModbus ? ReadFrame(section, "request") : [],
            isModbus ? ReadFrame(section, "response") : [],
            section.Integer("raw", long.MinValue, long.MaxValue),
            section.Integer("base", long.MinValue, long.MaxValue));
        section.RefuseUnknownKeys();
        return golden;
    }

    private static byte[] ReadFrame(ConfigurationSection section, string key)
    {
        string? text = section.Text(key);
        if (text == null)
            return [];
        try
        {
            return Convert.FromHexString(text.Replace(" ", ""));
        }
        catch (FormatException)
        {
            section.Fault(key, "must be bytes in hexadecimal, as 01 04 00 48");
            return [];
        }
    }
}
