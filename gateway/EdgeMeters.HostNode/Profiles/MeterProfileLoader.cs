using System.Text.RegularExpressions;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Reads meter profiles. The tools read them; a node on a microcontroller is given tables.</summary>
public static partial class MeterProfileLoader
{
    /// <summary>Quantities of the moment that a profile may name.</summary>
    public const int SamplesMax = 16;

    private const int RegistersMax = 8;
    private const int GoldensMax = 32;
    private const int ExchangesMax = 4;
    private const int SampleExponentMax = 6;

    // In the order of BusProtocol.
    private static readonly string[] Kinds = ["modbus-rtu", "dlt645-2007", "dlt645-1997", "cjt188-2004", "mbus"];

    private static readonly string[] Parities = ["none", "even", "odd"];
    private static readonly string[] Contacts = ["reed", "s0"];
    private static readonly string[] Carriers = ["electricity", "water", "gas", "heat"];
    private static readonly string[] Units = ["Wh", "varh", "litre"];
    private static readonly string[] SampleUnits = ["V", "A", "W", "var", "VA", "Hz", "1", "l/h", "degC", "bar", "kPa"];

    private static readonly string[] Confidences =
        ["published words", "vendor manual", "two sources", "secondary source", "excerpt", "nameplate"];

    /// <summary>The profiles that came with this program.</summary>
    public static string OwnDirectory => Path.Combine(AppContext.BaseDirectory, "meter-profiles");

    /// <summary>The name by which profiles call a protocol.</summary>
    public static string KindOf(BusProtocol protocol) => Kinds[(int)protocol - 1];

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
        ConfigurationSection? busSection = root.Section("bus", isRequired: false);
        ConfigurationSection? pulse = root.Section("pulse", isRequired: false);
        if (busSection == null == (pulse == null))
            root.Fault("bus", "a profile has either a bus with registers, or a pulse: give one of them");
        BusProfile? bus = busSection == null ? null : ReadBus(busSection);
        BusProtocol protocol = bus?.Protocol ?? BusProtocol.Modbus;
        List<RegisterProfile> registers =
            [.. root.Sections("registers", RegistersMax, isRequired: bus != null).Select(s => ReadRegister(s, protocol))];
        List<SampleProfile> samples = [.. root.Sections("samples", SamplesMax).Select(s => ReadSample(s, protocol))];
        CheckNames(root, bus, registers, samples);
        MeterProfile profile = new()
        {
            Id = ReadId(root),
            Vendor = root.Text("vendor") ?? "",
            Model = root.Text("model") ?? "",
            Carrier = root.Word("carrier", Carriers),
            Source = ReadSentences(root, "source"),
            Confidence = root.Word("confidence", Confidences),
            Weakness = root.Text("weakness", isRequired: false),
            Caveats = ReadSentences(root, "caveats"),
            Bus = bus,
            Registers = registers,
            Samples = samples,
            Pulse = pulse == null ? null : ReadPulse(pulse),
            Goldens = [.. root.Sections("goldens", GoldensMax, isRequired: true).Select(s => ReadGolden(s, bus != null))],
        };
        CheckGoldens(root, profile);
        root.RefuseUnknownKeys();
        return profile;
    }

    private static void CheckNames(ConfigurationSection root, BusProfile? bus, List<RegisterProfile> registers, List<SampleProfile> samples)
    {
        if (bus != null && registers.Count == 0 && root.Has("registers"))
            root.Fault("registers", "is empty: name at least one cumulative register");
        if (bus == null && (root.Has("registers") || root.Has("samples")))
            root.Fault(root.Has("registers") ? "registers" : "samples", "is for a meter on a bus only");
        if (bus?.Protocol == BusProtocol.MBus && samples.Count > 0)
            root.Fault("samples", "an M-Bus meter is asked for cumulative registers only: remove them");
        if (registers.Select(r => r.Scale.Obis).Distinct().Count() != registers.Count)
            root.Fault("registers", "names an OBIS code twice: each register has its own");
        if (samples.Select(s => s.Name).Distinct().Count() != samples.Count)
            root.Fault("samples", "names a sample twice: each has its own name");
    }

    private static void CheckGoldens(ConfigurationSection root, MeterProfile profile)
    {
        if (profile.Goldens.Count == 0 && root.Has("goldens"))
            root.Fault("goldens", "is empty: a profile shows by an example of each register that it decodes");
        for (int i = 0; i < profile.Goldens.Count; i++)
        {
            ProfileGolden golden = profile.Goldens[i];
            if (golden.IsSample ? !profile.Samples.Any(s => s.Name == golden.Of) : profile.ScaleOf(golden.Of) == null)
                root.Fault($"goldens[{i}].{(golden.IsSample ? "sample" : "obis")}", $"\"{golden.Of}\" is none of this profile's: name one of them");
        }
    }

    private static string ReadId(ConfigurationSection root)
    {
        string id = root.Text("id") ?? "";
        if (!id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            root.Fault("id", "must be small letters, digits and hyphens");
        return id;
    }

    private static IReadOnlyList<string> ReadSentences(ConfigurationSection root, string key)
    {
        IReadOnlyList<string> sentences = root.Texts(key);
        if (root.Has(key) && (sentences.Count == 0 || sentences.Any(s => s.Length == 0)))
            root.Fault(key, "must say something: at least one text, and none empty");
        return sentences;
    }

    private static BusProfile ReadBus(ConfigurationSection section)
    {
        BusProtocol protocol = (BusProtocol)(1 + Array.IndexOf(Kinds, section.Word("kind", Kinds)));
        bool isModbus = protocol == BusProtocol.Modbus;
        // Modbus meters leave the factory with all kinds of settings, often stated nowhere; the other norms fix the character and a first rate.
        bool isCjt188 = protocol == BusProtocol.Cjt188;
        BusProfile bus = new()
        {
            Protocol = protocol,
            Baud = isModbus && !section.Has("baud") ? 0 : section.Int("baud", 300, 115200),
            Parity = isModbus && !section.Has("parity") ? null : section.Word("parity", Parities),
            StopBits = section.Int("stopBits", 1, 2, 1),
            RegistersPerReadMax = isModbus
                ? section.Int("registersPerReadMax", 1, ModbusFrame.QuantityMax, ModbusFrame.QuantityMax)
                : ModbusFrame.QuantityMax,
            GapMs = section.Int("gapMs", 0, MeterTable.GapMsMax, 0),
            MeterType = isCjt188 ? (byte)PointReader.ReadHex(section, "meterType", 2) : (byte)0,
            Variant = isCjt188 ? ReadVariant(section) : (byte)0,
        };
        section.RefuseUnknownKeys();
        return bus;
    }

    private static byte ReadVariant(ConfigurationSection section)
    {
        bool isHighFirst = section.Word("diOrder", ["1f90", "901f"]) == "901f";
        bool isUnitFirst = section.Flag("unitFirst");
        return (byte)((isHighFirst ? Cjt188Meter.HighFirst : 0) | (isUnitFirst ? Cjt188Meter.UnitFirst : 0));
    }

    private static RegisterProfile ReadRegister(ConfigurationSection section, BusProtocol protocol)
    {
        RegisterProfile register = new(section.Text("name") ?? "", ReadScale(section), PointReader.Read(section, protocol, isSample: false));
        section.RefuseUnknownKeys();
        return register;
    }

    private static SampleProfile ReadSample(ConfigurationSection section, BusProtocol protocol)
    {
        SampleProfile sample = new(
            section.Text("name") ?? "",
            section.Word("unit", SampleUnits),
            section.Int("exponent", -SampleExponentMax, SampleExponentMax),
            PointReader.Read(section, protocol, isSample: true));
        section.RefuseUnknownKeys();
        return sample;
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

    private static ProfileGolden ReadGolden(ConfigurationSection section, bool isBus)
    {
        section.Text("source");
        bool isSample = section.Has("sample");
        if (isSample && (section.Has("obis") || section.Has("base")))
            section.Fault("sample", "is instead of obis and base: a sample has no base unit");
        string of = section.Text(isSample ? "sample" : "obis") ?? "";
        IReadOnlyList<byte[]> requests = ReadFrames(section, "request", isBus);
        IReadOnlyList<byte[]> responses = ReadFrames(section, "response", isBus);
        if (requests.Count != responses.Count)
            section.Fault("response", $"must be one answer to each of {requests.Count} requests");
        ProfileGolden golden = new(
            of,
            isSample,
            requests,
            responses,
            section.Integer("raw", long.MinValue, long.MaxValue),
            isSample ? 0 : section.Integer("base", long.MinValue, long.MaxValue));
        section.RefuseUnknownKeys();
        return golden;
    }

    private static IReadOnlyList<byte[]> ReadFrames(ConfigurationSection section, string key, bool isBus)
    {
        if (!isBus && !section.Has(key))
            return [];
        IReadOnlyList<string> texts = section.TextOrTexts(key, ExchangesMax);
        if (texts.Any(t => !Frame().IsMatch(t)))
            section.Fault(key, "must be bytes in hexadecimal, capital letters, as 01 04 00 48");
        if (!isBus)
            section.Fault(key, "is for a meter on a bus only");
        return [.. texts.Where(t => Frame().IsMatch(t)).Select(t => Convert.FromHexString(t.Replace(" ", "")))];
    }

    [GeneratedRegex("^[0-9A-F]{2}( [0-9A-F]{2})*$")]
    private static partial Regex Frame();
}
