using System.CommandLine;
using System.Globalization;
using EdgeMeters.Field.Line;
using EdgeMeters.Field.Read;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Field.Write;

/// <summary>"write": sets registers or coils of a Modbus meter when it is commissioned. Once, and only against a repetition of what is written.</summary>
internal sealed class WriteCommand
{
    private const int Tries = 2;

    private readonly LineOptions _line = new();
    private readonly Option<string?> _profile = new("--profile") { Description = "The meter's profile: what it calls dangerous, and its counts, are then refused." };
    private readonly Option<byte> _unit = new("--unit") { Description = "The meter's unit address, 1 to 247.", Required = true };
    private readonly Option<byte> _function = new("--function") { Description = "5 coil, 6 register, 15 coils, 16 registers.", Required = true };
    private readonly Option<ushort> _address = new("--address") { Description = "First register or coil, as it goes over the wire.", Required = true };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "What to write: a number for each register (5, 0x0005), on or off for each coil.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<byte?> _unitAfter = new("--unit-after") { Description = "The unit address under which the meter is read afterwards, if the write changes it." };
    private readonly Option<string?> _open = new("--open") { Description = "Writes. Takes the exact repetition of what is written; without it that is only shown." };

    public static Command Create()
    {
        WriteCommand write = new();
        Command command = new("write", """
            Sets registers or coils of a Modbus meter, for commissioning: a unit address, a baud rate, a transformer ratio. Closed: without --open it only
            shows what it would write. The meter is read before and after; what is not answered is never sent again.

            Example, which gives the meter under unit 1 the address 5:
              EdgeMeters.Field write --port /dev/ttyUSB0 --unit 1 --function 16 --address 20 --set 0x40A0 0 --unit-after 5
              ... --open "unit 1, function 16, address 20: 16544 0"
            """)
        {
            write._profile, write._unit, write._function, write._address, write._set, write._unitAfter, write._open,
        };
        write._line.AddTo(command);
        command.SetAction((parsed, _) => Program.Guard(() => write.Run(parsed)));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        byte unit = parsed.GetValue(_unit);
        byte function = parsed.GetValue(_function);
        ushort address = parsed.GetValue(_address);
        string[] set = parsed.GetRequiredValue(_set);
        if (function is not (ModbusWrite.WriteCoil or ModbusWrite.WriteRegister or ModbusWrite.WriteCoils or ModbusWrite.WriteRegisters))
            throw new UsageException("--function: 5 sets a coil, 6 a register, 15 coils, 16 registers");
        bool isCoils = function is ModbusWrite.WriteCoil or ModbusWrite.WriteCoils;
        int[] numbers = [.. set.Select(s => isCoils ? Coil(s) : Register(s))];
        if (unit is < 1 or > 247 || numbers.Length > ModbusWrite.RegistersMax || address + numbers.Length > 65_536
            || numbers.Length > 1 && function <= ModbusWrite.WriteRegister)
        {
            throw new UsageException($"one write is to one unit, 1 to 247, and sets one coil or register (functions 5, 6) or up to {ModbusWrite.RegistersMax} (15, 16)");
        }
        MeterProfile? profile = parsed.GetValue(_profile) is { } name ? ProfileFiles.Load(name) : null;
        if (profile != null && WriteDanger.Of(profile, isCoils, address, numbers.Length) is { } danger)
            throw new UsageException("refused: " + danger);
        string phrase = $"unit {unit}, function {function}, address {address}: "
            + string.Join(' ', numbers.Select(n => isCoils ? n == 0 ? "off" : "on" : n.ToString(CultureInfo.InvariantCulture)));
        switch (parsed.GetValue(_open))
        {
            case null:
                Console.WriteLine($"nothing was written. It would be: {phrase}");
                Console.WriteLine($"To write it, add: --open \"{phrase}\"");
                return ExitCode.NotGood;
            case { } repetition when repetition != phrase:
                throw new UsageException($"nothing was written: --open repeats \"{repetition}\", but the command says \"{phrase}\"");
        }
        ModbusWrite write = new(unit, function, address, numbers.Length, Content(function, numbers));
        LineTable usual = profile == null ? LineOptions.Usual(BusProtocol.Modbus) : ProfileFiles.LineOf(profile);
        using LineSession session = new(parsed.GetRequiredValue(_line.Port), _line.Table(parsed, usual));
        return Write(session, write, numbers, isCoils, address, parsed.GetValue(_unitAfter) ?? unit);
    }

    private static int Write(LineSession session, ModbusWrite write, int[] numbers, bool isCoils, ushort address, byte unitAfter)
    {
        RowPrinter printer = new(Console.Out, isJson: false);
        BusResult before = Show("before", write.Table.Address[0], out _);
        if (before is not (BusResult.Ok or BusResult.Refused))
        {
            Console.Error.WriteLine("nothing was written: the meter does not answer as it should");
            return ExitCode.NotGood;
        }
        BusResult written = session.Bus.Exchange(write, 0, 0, session.Table.TimeoutMs);
        Console.WriteLine(written == BusResult.Ok
            ? "written   the meter confirms it"
            : $"written   {Trouble.Of(written, BusProtocol.Modbus, write.RefusalCode)}"
                + (written == BusResult.Refused ? "" : "; it may have been carried out all the same, and is not repeated"));
        BusResult after = Show("after", unitAfter, out int[] found);
        if (written == BusResult.Ok && after == BusResult.Ok && found.SequenceEqual(numbers))
            return ExitCode.Good;
        if (after == BusResult.Timeout)
            Console.Error.WriteLine($"unit {unitAfter} does not answer now: if the write changed address, rate or parity, read it with those (--unit-after)");
        else if (after == BusResult.Ok && !found.SequenceEqual(numbers))
            Console.Error.WriteLine("what is read now is not what was written: some meters take it only after a restart or a command of their own; see the manual");
        return ExitCode.NotGood;

        BusResult Show(string when, byte unit, out int[] read)
        {
            byte function = isCoils ? ModbusFrame.ReadCoils : ModbusFrame.ReadHoldingRegisters;
            RawModbus raw = new(new MeterTable { Address = [unit] }, function, address, numbers.Length, new WordFormat("u16", WordOrder.Abcd));
            BusResult result = session.Ask(raw, Tries, out _);
            IReadOnlyList<ReadRow> rows = result == BusResult.Ok
                ? raw.Rows()
                : [ReadRow.Failed(raw.Asked, Trouble.Of(result, BusProtocol.Modbus, raw.RefusalCode)!)];
            foreach (ReadRow row in rows)
                printer.Print(row with { Register = $"{when,-8}  {row.Register}" });
            read = result == BusResult.Ok ? [.. rows.Select(r => int.Parse(r.Shown!, CultureInfo.InvariantCulture))] : [];
            return result;
        }
    }

    private static byte[] Content(byte function, int[] numbers)
    {
        if (function == ModbusWrite.WriteCoil)
            return [numbers[0] == 0 ? (byte)0 : (byte)0xFF, 0];
        if (function != ModbusWrite.WriteCoils)
            return [.. numbers.SelectMany(n => new[] { (byte)(n >> 8), (byte)n })];
        byte[] coils = new byte[(numbers.Length + 7) / 8];
        for (int i = 0; i < numbers.Length; i++)
            coils[i / 8] |= (byte)(numbers[i] << (i % 8));
        return coils;
    }

    private static int Register(string text)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ushort.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            ? number
            : throw new UsageException($"--set: '{text}' is no register: write 0 to 65535, or 0x0000 to 0xFFFF");
    }

    private static int Coil(string text) => text switch
    {
        "on" => 1,
        "off" => 0,
        _ => throw new UsageException($"--set: '{text}' is no coil: write on or off"),
    };
}
