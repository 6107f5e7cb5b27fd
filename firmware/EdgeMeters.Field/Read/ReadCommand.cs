using System.CommandLine;
using System.Globalization;
using EdgeMeters.Field.Line;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Field.Read;

/// <summary>"read": one meter, by its profile or raw, once or again and again.</summary>
internal sealed class ReadCommand
{
    private const int CountMax = 1_000_000;

    private readonly LineOptions _line = new();
    private readonly MeterOptions _meter = new();
    private readonly Option<byte?> _function = new("--function") { Description = "Modbus: 1 coils, 2 discrete inputs, 3 holding, 4 input registers; 3." };
    private readonly Option<int> _quantity = new("--quantity") { Description = "Modbus: how many; 1, or as many as the type needs." };
    private readonly Option<string?> _type = new("--type") { Description = "Modbus: what the registers hold; u16." };
    private readonly Option<string?> _order = new("--order") { Description = "Modbus: order of words and bytes, abcd (most significant first), cdab, badc, dcba." };
    private readonly Option<string?> _identifier = new("--di") { Description = "DL/T 645, CJ/T 188: identifier of the register, as 00010000 or 901F." };
    private readonly Option<bool> _samples = new("--samples") { Description = "Also what the profile knows of the moment: voltage, current, flow ..." };
    private readonly Option<int> _count = new("--count") { Description = "How often to read.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _interval = new("--interval") { Description = "Seconds between two readings.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: register, raw, value, unit, quality, error." };

    private ReadCommand()
    {
        _type.AcceptOnlyFromAmong(WordFormat.Types);
        _order.AcceptOnlyFromAmong(WordFormat.Orders);
        Within(_quantity, 1, ModbusFrame.BitsMax);
        Within(_count, 1, CountMax);
    }

    public static Command Create()
    {
        ReadCommand read = new();
        Command command = new("read", """
            Reads a meter and prints a line for each register: what it is, its bytes, its number and unit, how good it is.

            Examples:
              EdgeMeters.Field read --port /dev/ttyUSB0 --unit 1 --profile eastron-sdm630
              EdgeMeters.Field read --port /dev/ttyUSB0 --protocol modbus --unit 1 --function 4 --address 72 --type f32
              EdgeMeters.Field read --port /dev/ttyUSB0 --protocol dlt645 --address 000000000161 --di 00010000
              EdgeMeters.Field read --port /dev/ttyUSB0 --protocol cjt188 --meter-type 10 --address 33001122334455
              EdgeMeters.Field read --port /dev/ttyUSB0 --protocol mbus --address 1
            """);
        read._line.AddTo(command);
        read._meter.AddTo(command);
        foreach (Option option in (Option[])[read._function, read._quantity, read._type, read._order, read._identifier, read._samples, read._count, read._interval, read._json])
            command.Add(option);
        command.SetAction((parsed, cancellation) => Program.Guard(() => read.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string port = parsed.GetRequiredValue(_line.Port);
        MeterProfile? profile = _meter.LoadProfile(parsed);
        BusProtocol protocol = _meter.ProtocolOf(parsed, profile);
        MeterTable table = _meter.Table(parsed, protocol, profile, port);
        RawMeter[] raw = profile == null ? RawMeters(parsed, protocol, table) : [];
        using LineSession session = new(port, _line.Table(parsed, profile == null ? LineOptions.Usual(protocol) : ProfileFiles.LineOf(profile)));
        session.RequireFit(protocol);
        Func<IReadOnlyList<ReadRow>> readOnce = profile != null
            ? Reader(new ProfileMeter(session, profile, table), parsed.GetValue(_samples), cancellation)
            : Reader([.. raw.Select(r => new RawReading(session, r))], raw, cancellation);
        return Print(readOnce, parsed, cancellation);
    }

    private static Func<IReadOnlyList<ReadRow>> Reader(ProfileMeter meter, bool hasSamples, CancellationToken cancellation) =>
        () => hasSamples ? [.. meter.Read(cancellation), .. meter.ReadSamples(cancellation)] : meter.Read(cancellation);

    private static Func<IReadOnlyList<ReadRow>> Reader(RawReading[] readings, RawMeter[] meters, CancellationToken cancellation) => () =>
    {
        List<ReadRow> rows = [];
        ReadRow? refused = null;
        for (int i = 0; i < readings.Length; i++)
        {
            IReadOnlyList<ReadRow> read = readings[i].Read(cancellation);
            // Of the usual identifiers a meter knows some: those that it does not know say nothing, unless it knows none.
            if (readings.Length > 1 && readings[i].Result == BusResult.Refused)
                refused ??= read[0];
            else
                rows.AddRange(read);
            if (readings[i].Result is BusResult.Timeout or BusResult.LineBusy)
                break;
        }
        return rows.Count > 0 || refused == null ? rows : [refused];
    };

    private int Print(Func<IReadOnlyList<ReadRow>> readOnce, ParseResult parsed, CancellationToken cancellation)
    {
        RowPrinter printer = new(Console.Out, parsed.GetValue(_json));
        bool isGood = true;
        bool isSilent = true;
        int count = parsed.GetValue(_count);
        for (int i = 0; i < count; i++)
        {
            if (i > 0 && cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(_interval), 0, 86_400))))
                break;
            foreach (ReadRow row in readOnce())
            {
                printer.Print(row);
                isGood &= row.IsGood;
                isSilent &= row.Error?.StartsWith("timeout", StringComparison.Ordinal) == true;
            }
        }
        if (isSilent)
            Console.Error.WriteLine(Trouble.NothingAnswers);
        return isGood ? ExitCode.Good : ExitCode.NotGood;
    }

    private RawMeter[] RawMeters(ParseResult parsed, BusProtocol protocol, MeterTable table)
    {
        if (protocol == BusProtocol.Modbus)
            return [Modbus(parsed, table)];
        if (protocol == BusProtocol.MBus)
            return [new RawMBus(table)];
        uint? identifier = parsed.GetValue(_identifier) is { } text ? Identifier(text, protocol == BusProtocol.Dlt645 ? 8 : 4) : null;
        if (protocol == BusProtocol.Cjt188)
            return [new RawCjt188(table, identifier ?? Cjt188Frame.Current)];
        uint[] usual = protocol == BusProtocol.Dlt645 ? Dlt645Format.Usual : Dlt645Format.UsualOf1997;
        return [.. (identifier == null ? usual : [identifier.Value]).Select(i => new RawDlt645(table, i))];
    }

    private RawModbus Modbus(ParseResult parsed, MeterTable table)
    {
        byte function = parsed.GetValue(_function) ?? ModbusFrame.ReadHoldingRegisters;
        if (function is < ModbusFrame.ReadCoils or > ModbusFrame.ReadInputRegisters)
            throw new UsageException("--function: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers; \"write\" has the others");
        if (!ushort.TryParse(parsed.GetValue(_meter.Address), CultureInfo.InvariantCulture, out ushort address))
            throw new UsageException("--address: say the first register as it goes over the wire, 0 to 65535; 40001 in many manuals is holding register 0");
        WordFormat format = new(
            parsed.GetValue(_type) ?? "u16", Enum.Parse<WordOrder>(parsed.GetValue(_order) ?? "abcd", ignoreCase: true));
        bool isBits = function <= ModbusFrame.ReadDiscreteInputs;
        if (isBits && (parsed.GetValue(_type) ?? parsed.GetValue(_order)) != null)
            throw new UsageException("--type and --order are for registers: coils and inputs are bits already");
        int quantity = parsed.GetValue(_quantity) is var stated and > 0 ? stated : isBits ? 1 : format.Words;
        if (!isBits && (quantity > ModbusFrame.QuantityMax || quantity % format.Words != 0))
        {
            throw new UsageException($"--quantity: {quantity} registers of type {format.Type} cannot be read at once: "
                + $"write a multiple of {format.Words} up to {ModbusFrame.QuantityMax}");
        }
        if (address + quantity > 65_536)
            throw new UsageException("--quantity: goes beyond the last register, 65535");
        return new RawModbus(table, function, address, quantity, format);
    }

    private static uint Identifier(string text, int digits) =>
        text.Length == digits && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint identifier)
            ? identifier
            : throw new UsageException($"--di: '{text}' is no identifier of this protocol: write its {digits} hexadecimal digits");

    private static void Within(Option<int> option, int min, int max)
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is var number && (number < min || number > max))
                result.AddError($"{option.Name}: a number from {min} to {max}");
        });
    }
}
