using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
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

    public static BusProtocol ProtocolOf(MeterProfile profile) => BusProtocol.Modbus;

    /// <summary>The line as the meter leaves the factory.</summary>
    public static LineTable LineOf(MeterProfile profile) => new()
    {
        BaudRate = profile.Bus!.Baud,
        Parity = LineOptions.ParityOf(profile.Bus.Parity),
        StopBits = (byte)profile.Bus.StopBits,
    };

    /// <summary>Puts what the profile knows of the meter's bus into its table.</summary>
    /// <param name="keepVariant">The technician said how this one differs.</param>
    public static void Apply(MeterProfile profile, MeterTable table, bool keepVariant)
    {
        table.GapMs = profile.Bus!.GapMs;
        table.RegistersMax = profile.Bus.RegistersPerReadMax;
    }

    public static BusPoint[] PointsOf(MeterProfile profile) =>
    [
        .. profile.Registers.Select(r => new ModbusPoint
        {
            Function = r.Function, Address = r.Address, Type = r.Type, Order = r.Order, FloatScale = r.FloatScale,
        }),
    ];

    public static string ProtocolName(MeterProfile profile) => profile.Bus == null ? "pulse" : MeterOptions.NameOf(ProtocolOf(profile));

    /// <summary>Why a profile is not offered by default; null when it is.</summary>
    public static string? WeaknessOf(MeterProfile profile) => null;

    /// <summary>By register, where it lies.</summary>
    public static IEnumerable<string> PlacesOf(MeterProfile profile) => PointsOf(profile).Select(point => point switch
    {
        ModbusPoint modbus => $"function {modbus.Function}, address {modbus.Address}, {modbus.Type.ToString().ToLowerInvariant()} {modbus.Order.ToString().ToLowerInvariant()}",
        _ => "",
    });

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
