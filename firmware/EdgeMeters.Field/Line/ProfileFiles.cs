using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Line;

/// <summary>Profiles: those that came with the program, by name, and a file of one's own, by its path.</summary>
internal static class ProfileFiles
{
    private const string Extension = ".json";

    /// <exception cref="ConfigurationException">There is none, or it is wrong.</exception>
    public static MeterProfile Load(string name)
    {
        MeterProfile profile = LoadAny(name);
        if (profile.Bus == null)
            throw new UsageException($"{name} is a pulse meter: there is nothing to read over a line; compare its dial by eye");
        return profile;
    }

    /// <summary>Also one of a pulse meter.</summary>
    /// <exception cref="ConfigurationException">It is wrong.</exception>
    public static MeterProfile LoadAny(string name) => IsFile(name)
        ? MeterProfileLoader.Load(Path.GetDirectoryName(Path.GetFullPath(name))!, Path.GetFileNameWithoutExtension(name))
        : LoadOwn(name);

    public static bool IsFile(string name) => name.EndsWith(Extension, StringComparison.Ordinal) || name.Contains('/');

    /// <summary>The line as the meter leaves the factory; as is usual for the protocol where no source says it.</summary>
    public static LineTable LineOf(MeterProfile profile)
    {
        LineTable usual = LineOptions.Usual(profile.Bus!.Protocol);
        return new LineTable
        {
            BaudRate = profile.Bus.Baud == 0 ? usual.BaudRate : profile.Bus.Baud,
            Parity = profile.Bus.Parity is { } parity ? LineOptions.ParityOf(parity) : usual.Parity,
            StopBits = (byte)profile.Bus.StopBits,
        };
    }

    public static BusPoint[] PointsOf(MeterProfile profile) => [.. profile.Registers.Select(r => r.Point)];

    public static string ProtocolName(MeterProfile profile) => profile.Bus == null ? "pulse" : MeterOptions.NameOf(profile.Bus.Protocol);

    /// <summary>Where a register lies, in the words of its protocol.</summary>
    public static string PlaceOf(BusPoint point) => point switch
    {
        ModbusPoint modbus => $"function {modbus.Function}, address {modbus.Address}, {Lower(modbus.Type)} {Lower(modbus.Order)}",
        Dlt645Point power => $"DI {power.Identifier:X8}",
        Cjt188Point flow => $"DI {flow.Identifier:X4}, field {flow.Field}",
        MBusPoint record => $"{Lower(record.Quantity)}, storage {record.Storage}, tariff {record.Tariff}",
        _ => "",
    };

    private static string Lower<T>(T name)
        where T : struct, Enum
    {
        return name.ToString().ToLowerInvariant();
    }

    private static MeterProfile LoadOwn(string name)
    {
        IReadOnlyList<string> known = MeterProfileLoader.List(MeterProfileLoader.OwnDirectory);
        if (known.Contains(name))
            return MeterProfileLoader.Load(MeterProfileLoader.OwnDirectory, name);
        string[] near = [.. known.Where(k => k.Split('-').Intersect(name.Split('-')).Any())];
        throw new UsageException($"there is no profile '{name}'"
            + (near.Length > 0 ? $"; there are {string.Join(", ", near)}" : "")
            + ". \"profiles list\" shows all; a file of one's own is named by its path, as ./meter.json");
    }
}
