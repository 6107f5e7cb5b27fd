using System.CommandLine;
using System.Globalization;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Line;

/// <summary>The options that say which meter on a line: its profile or protocol, and its address.</summary>
internal sealed class MeterOptions
{
    private const int UnitMax = 247;

    private static readonly (string Name, BusProtocol Protocol)[] Protocols =
    [
        ("modbus", BusProtocol.Modbus), ("dlt645", BusProtocol.Dlt645), ("dlt645-1997", BusProtocol.Dlt645Of1997),
        ("cjt188", BusProtocol.Cjt188), ("mbus", BusProtocol.MBus),
    ];

    private readonly Option<int> _unit = new("--unit") { Description = "Modbus: the meter's unit address, 1 to 247.", DefaultValueFactory = _ => 1 };

    private readonly Option<string?> _meterType = new("--meter-type") { Description = "CJ/T 188: 10 cold water, 20 heat, 30 gas ...; any meter if left out." };
    private readonly Option<string?> _order = new("--di-order") { Description = "CJ/T 188: order of 901F on the wire, 1f90 (the norm's) or 901f." };
    private readonly Option<bool> _unitFirst = new("--unit-first") { Description = "CJ/T 188: the unit stands before its number." };

    public MeterOptions()
    {
        Protocol.AcceptOnlyFromAmong([.. Protocols.Select(p => p.Name)]);
        _order.AcceptOnlyFromAmong("1f90", "901f");
        _unit.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() is < 0 or > 255)
                result.AddError($"--unit: a Modbus address is a number from 1 to {UnitMax}");
        });
    }

    public Option<string?> Profile { get; } = new("--profile") { Description = "The kind of meter: a name from \"profiles list\", or a file of one's own." };

    public Option<string?> Protocol { get; } = new("--protocol") { Description = "Without a profile: modbus, dlt645, dlt645-1997, cjt188 or mbus." };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = "Modbus: first register, as it goes over the wire. Else the meter's own address: 12 digits (DL/T 645), 14 (CJ/T 188), "
            + "0 to 250 or 16 digits (M-Bus). Left out: whichever meter is alone on the line.",
    };

    public void AddTo(Command command)
    {
        command.Add(Profile);
        command.Add(Protocol);
        command.Add(_unit);
        command.Add(Address);
        command.Add(_meterType);
        command.Add(_order);
        command.Add(_unitFirst);
    }

    /// <summary>The profile that is named; null where none is.</summary>
    public MeterProfile? LoadProfile(ParseResult parsed) => parsed.GetValue(Profile) is { } name ? ProfileFiles.Load(name) : null;

    public BusProtocol ProtocolOf(ParseResult parsed, MeterProfile? profile)
    {
        string? name = parsed.GetValue(Protocol);
        if (profile != null && name != null)
            throw new UsageException("--profile says the protocol already: leave --protocol out, or the profile");
        if (profile != null)
            return profile.Bus!.Protocol;
        return name != null
            ? Protocols.First(p => p.Name == name).Protocol
            : throw new UsageException("which kind of meter? Name it with --profile, or say how to read it with --protocol");
    }

    public static BusProtocol ProtocolOf(string name) => Protocols.First(p => p.Name == name).Protocol;

    public static string NameOf(BusProtocol protocol) => Protocols.First(p => p.Protocol == protocol).Name;

    /// <summary>The meter, at the line's own setting. What the command line says of it wins over its profile.</summary>
    public MeterTable Table(ParseResult parsed, BusProtocol protocol, MeterProfile? profile, string port)
    {
        MeterTable table = new() { Protocol = protocol, Address = AddressOf(parsed, protocol, port) };
        if (profile != null)
        {
            table.GapMs = profile.Bus!.GapMs;
            table.RegistersMax = profile.Bus.RegistersPerReadMax;
            table.Variant = profile.Bus.Variant;
            if (protocol == BusProtocol.Cjt188 && parsed.GetValue(_meterType) == null)
                table.Address[0] = profile.Bus.MeterType;
        }
        if (parsed.GetValue(_order) is { } order)
            table.Variant = (byte)(order == "901f" ? table.Variant | Cjt188Meter.HighFirst : table.Variant & ~Cjt188Meter.HighFirst);
        if (parsed.GetValue(_unitFirst))
            table.Variant |= Cjt188Meter.UnitFirst;
        return table;
    }

    private byte[] AddressOf(ParseResult parsed, BusProtocol protocol, string port)
    {
        string? address = parsed.GetValue(Address);
        switch (protocol)
        {
            case BusProtocol.Modbus:
                int unit = parsed.GetValue(_unit);
                // A device that speaks Modbus TCP itself may want 0 or 255; on a line 0 is all meters, and from 248 on is reserved.
                bool isTcp = LineAddress.CarriesModbusOnly(port);
                if (!isTcp && unit is < 1 or > UnitMax)
                    throw new UsageException($"--unit: a Modbus address is a number from 1 to {UnitMax}");
                return [(byte)unit];
            case BusProtocol.Cjt188:
                return [TypeOf(parsed), .. Digits(address, 14, "CJ/T 188")];
            case BusProtocol.MBus:
                return MBusAddress(address);
            default:
                return Digits(address, 12, "DL/T 645");
        }
    }

    private byte TypeOf(ParseResult parsed)
    {
        if (parsed.GetValue(_meterType) is not { } text)
            return SumFrame.Any;
        return byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte type)
            ? type
            : throw new UsageException($"--meter-type: '{text}' is no type of CJ/T 188: write 10 (cold water), 11 (hot water), 20 (heat), 30 (gas) ...");
    }

    /// <summary>Digits as they stand on the nameplate, most significant first, to bytes least significant first.</summary>
    private static byte[] Digits(string? address, int digits, string protocol)
    {
        address ??= new string('A', digits);
        if (address.Length == 0 || address.Length > digits || !address.All(char.IsAsciiHexDigit))
            throw new UsageException($"--address: '{address}' is no address of {protocol}: write its up to {digits} digits, or leave it out for the only meter on the line");
        byte[] bytes = Convert.FromHexString(address.PadLeft(digits, '0'));
        Array.Reverse(bytes);
        return bytes;
    }

    private static byte[] MBusAddress(string? address)
    {
        if (address is { Length: 16 } && address.All(char.IsAsciiHexDigit))
            return Secondary(Convert.FromHexString(address));
        if (address == null)
            return [Metering.Bus.MBus.MBusFrame.AnyAnswering];
        return byte.TryParse(address, CultureInfo.InvariantCulture, out byte primary) && primary is <= 250 or Metering.Bus.MBus.MBusFrame.AnyAnswering
            ? [primary]
            : throw new UsageException($"--address: '{address}' is no address of M-Bus: write 0 to 250, or the 16 digits of a secondary address "
                + "(identification 8, manufacturer 4, version 2, medium 2)");
    }

    // Identification as on the nameplate, then manufacturer, version and medium as an answer's head has them: as in a node's configuration.
    private static byte[] Secondary(byte[] written) => [written[3], written[2], written[1], written[0], .. written[4..]];
}
