using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>Reads one meter of a node's configuration: what its protocol asks for, and no key of another's.</summary>
internal static class MeterSectionReader
{
    private static readonly string[] Keys = ["unit", "address", "baud", "parity", "stopBits", "registers"];
    private static readonly string[] Parities = ["none", "even", "odd"];

    /// <param name="section">The meter.</param>
    /// <param name="serial">Read already.</param>
    /// <param name="profile">Read already; null when it could not be.</param>
    /// <param name="lines">All lines of the node.</param>
    /// <returns>Null when the profile is none of a meter on a bus.</returns>
    public static MeterConfiguration? Read(
        ConfigurationSection section, string serial, MeterProfile? profile, IReadOnlyList<LineConfiguration> lines)
    {
        string lineName = section.Text("line") ?? "";
        if (profile?.Bus == null)
        {
            // The rest cannot be judged without knowing what the meter speaks; a unit can.
            if (section.Has("unit"))
                section.Int("unit", 1, 247);
            section.Accept(Keys);
            section.RefuseUnknownKeys();
            if (profile != null)
                section.Fault("profile", $"\"{profile.Id}\" is a pulse meter: move it to pulses, or name a profile with a bus");
            return null;
        }
        byte[] address = ReadAddress(section, profile.Bus);
        (int baud, string framing) = ReadSetting(section, profile.Bus, lines.FirstOrDefault(l => l.Name == lineName));
        IReadOnlyList<RegisterProfile> registers = ReadRegisters(section, profile);
        section.RefuseUnknownKeys();
        return new MeterConfiguration(serial, profile, lineName, address, baud, framing, registers);
    }

    private static byte[] ReadAddress(ConfigurationSection section, BusProfile bus)
    {
        string kind = MeterProfileLoader.KindOf(bus.Protocol);
        string form = MeterAddress.FormOf(bus.Protocol);
        if (bus.Protocol == BusProtocol.Modbus)
        {
            if (section.Has("address"))
                section.Fault("address", $"is not for a {kind} meter: give {form}");
            section.Accept("address");
            return [(byte)section.Int("unit", 1, 247)];
        }
        if (section.Has("unit"))
            section.Fault("unit", $"is for Modbus: give a {kind} meter its {form}");
        section.Accept("unit");
        string? text = section.Text("address");
        byte[]? address = text == null ? null : MeterAddress.Parse(bus.Protocol, text, bus.MeterType);
        if (text != null && address == null)
            section.Fault("address", $"\"{text}\" is no address of one {kind} meter: give {form}");
        return address ?? [];
    }

    private static (int Baud, string Framing) ReadSetting(ConfigurationSection section, BusProfile bus, LineConfiguration? line)
    {
        string lineFraming = line?.Framing ?? "8N1";
        if (section.Has("baud") || section.Has("parity") || section.Has("stopBits"))
        {
            int baud = section.Int("baud", 300, 115200, line?.Baud ?? 9600);
            string parity = section.Word("parity", Parities, Parities.First(p => char.ToUpperInvariant(p[0]) == lineFraming[1]));
            int stopBits = section.Int("stopBits", 1, 2, lineFraming[2] - '0');
            return (baud, FramingOf(parity, stopBits));
        }
        // A Modbus meter is set to its line as a rule; the others come with the rate and the parity of their norm.
        string framing = FramingOf(bus.Parity ?? "none", bus.StopBits);
        if (line != null && bus.Protocol != BusProtocol.Modbus && (bus.Baud != line.Baud || framing != line.Framing))
        {
            section.Fault("baud", $"such a meter leaves the factory at {bus.Baud} {framing}, its line is at {line.Baud} {line.Framing}: "
                + "give baud, parity and stopBits as they are set in the meter, or set the line so");
        }
        return (0, lineFraming);
    }

    public static string FramingOf(string parity, int stopBits) => "8" + char.ToUpperInvariant(parity[0]) + stopBits;

    private static IReadOnlyList<RegisterProfile> ReadRegisters(ConfigurationSection section, MeterProfile profile)
    {
        if (!section.Has("registers"))
            return profile.Registers;
        IReadOnlyList<string> codes = section.Texts("registers");
        string[] known = [.. profile.Registers.Select(r => r.Scale.Obis)];
        if (codes.Count == 0 || codes.Any(c => !known.Contains(c)) || codes.Distinct().Count() != codes.Count)
            section.Fault("registers", $"must be a list of some of {string.Join(", ", known)}, each once; without it all are read");
        return [.. profile.Registers.Where(r => codes.Contains(r.Scale.Obis))];
    }
}
