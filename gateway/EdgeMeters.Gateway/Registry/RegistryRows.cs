using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Registry;

/// <summary>Makes points, meters and services of rows, and checks what a row alone can be wrong in.</summary>
internal sealed class RegistryRows
{
    private const string NameRemedy = "use 1 to 40 characters A-Z a-z 0-9 . _ -, beginning with a letter or digit";
    private const string TimeRemedy = "write it with its offset, like 2026-11-01T00:00+08:00, from 2000 to 2100";

    private readonly List<(string Start, string End)> _shown = [];
    private readonly byte[] _obis = new byte[ObisCode.Bytes];

    public List<RegisteredPoint> Points { get; } = [];

    public List<MeterRegister> Registers { get; } = [];

    public List<Service> Services { get; } = [];

    /// <summary>Adds the row to its table, also when something is wrong with it.</summary>
    public void Add(RegistryRow row)
    {
        if (row.Table == RegistryTable.Points)
            AddPoint(row);
        else if (row.Table == RegistryTable.Meters)
            AddRegister(row);
        else
            AddService(row);
    }

    /// <summary>All rows, once all tables are there: only then is it known in which unit a service's registers were read.</summary>
    public PointRegistry Finish(Action<RegistryFault> tell)
    {
        var units = new Dictionary<(string, string), MeterRegister>(Registers.Count);
        foreach (var register in Registers)
            units.TryAdd((register.Meter, register.Register), register);
        for (int row = 0; row < Services.Count; row++)
        {
            var (start, end) = _shown[row];
            if (start.Length + end.Length == 0 || !units.TryGetValue((Services[row].Meter, Services[row].Register), out var register))
                continue;
            Services[row] = Services[row] with { StartRegister = Shown(row, start, register, tell), EndRegister = Shown(row, end, register, tell) };
        }
        return new PointRegistry(Points, Registers, Services);
    }

    private void AddPoint(RegistryRow row)
    {
        string id = Name(row, "point", false);
        string name = row.Cell("name");
        if (name.Length == 0)
            row.Tell("name is empty", "say what people call the place");
        CheckText(row, "name", RegistryLimits.NameCharsMax);
        CheckText(row, "place", RegistryLimits.PlaceCharsMax);
        var carrier = RegistryText.CarrierOf(row.Cell("carrier"));
        if (carrier == 0)
            row.Tell($"carrier '{row.Cell("carrier")}' is not known", "write water, power, gas or heat");
        var kind = RegistryText.KindOf(row.Cell("kind"));
        if (kind == 0)
            row.Tell($"kind '{row.Cell("kind")}' is not known", "write billing, sum or check");
        if (RegistryText.ClassOf(row.Cell("class")) is not { } pointClass)
        {
            row.Tell($"class '{row.Cell("class")}' is not known", "write household, firm, farm or network, or leave it empty");
            pointClass = PointClass.Unstated;
        }
        Points.Add(new RegisteredPoint(id, name, carrier, kind, Name(row, "utility", true), row.Cell("place"), Name(row, "parent", true), pointClass));
    }

    private void AddRegister(RegistryRow row)
    {
        string meter = Serial(row);
        string code = Obis(row);
        var unit = DialUnit.Find(row.Cell("unit"));
        string digits = row.Cell("digits");
        string modulus = row.Cell("modulus");
        if (unit == null)
        {
            row.Tell($"unit '{row.Cell("unit")}' is not known", $"write {string.Join(", ", DialUnit.All.Select(u => u.Symbol))}");
            unit = DialUnit.All[0];
        }
        else if (digits.Length > 0 && modulus.Length > 0)
            row.Tell("digits and modulus are both there", "write the digits of the display; the modulus only where it is no power of ten");
        else if (digits.Length > 0)
        {
            string[] parts = digits.Split('.', 2);
            if (RegistryText.TryReadNumber(parts[0], 0, out long whole) && whole is >= 1 and <= RegistryLimits.WholeDigitsMax
                && (parts.Length == 1 || parts[1].Length == 1 && parts[1][0] - '0' >= 0 && parts[1][0] - '0' <= unit.DecimalsMax))
            {
                Registers.Add(MeterRegister.OfDigits(meter, code, unit, (int)whole, parts.Length == 1 ? 0 : parts[1][0] - '0'));
                return;
            }
            row.Tell($"digits '{digits}' is no display", $"write the digits before and behind the decimal point, like 6.2 for 000000.00: 1 to {RegistryLimits.WholeDigitsMax}, and 0 to {unit.DecimalsMax} for {unit.Symbol}");
        }
        else if (modulus.Length > 0)
        {
            if (RegistryText.TryReadNumber(modulus, unit.DecimalsMax, out long at) && at > 1)
            {
                Registers.Add(new MeterRegister(meter, code, unit, 0, 0, at));
                return;
            }
            row.Tell($"modulus '{modulus}' is none", $"write the {unit.Symbol} at which the register begins again, above 0, with at most {unit.DecimalsMax} decimals");
        }
        Registers.Add(MeterRegister.OfDigits(meter, code, unit, 0, 0));
    }

    private void AddService(RegistryRow row)
    {
        string point = Name(row, "point", false);
        string meter = Serial(row);
        string code = Obis(row);
        string node = Name(row, "node", true);
        byte? channel = null;
        if (row.Cell("channel") is { Length: > 0 } text)
        {
            if (node.Length == 0)
                row.Tell("there is a channel and no node", "name the node, or leave the channel empty");
            if (RegistryText.TryReadNumber(text, 0, out long number) && number < Limits.ChannelsMax)
                channel = (byte)number;
            else
                row.Tell($"channel '{text}' is none", $"write 0 to {Limits.ChannelsMax - 1}, or leave it empty for any");
        }
        long multiplier = Millionths(row, "multiplier", RegistryLimits.MultiplierMax, Service.One);
        long pulses = Millionths(row, "pulse_constant", RegistryLimits.PulsesMax, 0);
        _shown.Add((row.Cell("start_register"), row.Cell("end_register")));
        Services.Add(new Service(point, meter, code, node, channel, Time(row, "from", 0), Time(row, "until", Service.OpenEnd), null, null, multiplier, pulses));
    }

    private static long? Shown(int row, string text, MeterRegister register, Action<RegistryFault> tell)
    {
        if (text.Length == 0)
            return null;
        int decimals = register.WholeDigits > 0 ? register.Decimals : register.Unit.DecimalsMax;
        if (RegistryText.TryReadNumber(text, register.Unit.DecimalsMax, out long read) && RegistryText.TryReadNumber(text, decimals, out _))
            return read;
        tell(new RegistryFault(RegistryTable.Services, row, $"'{text}' is no register of {register.Meter} {register.Register}",
            $"write what the display shows in {register.Unit.Symbol}, with at most {decimals} decimals"));
        return null;
    }

    private static long Millionths(RegistryRow row, string column, long max, long otherwise)
    {
        string text = row.Cell(column);
        if (text.Length == 0)
            return otherwise;
        if (RegistryText.TryReadMillionths(text, out long millionths) && millionths > 0 && millionths <= max * Service.One)
            return millionths;
        row.Tell($"{column} '{text}' is none", $"write a number above 0, up to {max}, with at most 6 decimals, or leave it empty");
        return otherwise;
    }

    private static uint Time(RegistryRow row, string column, uint otherwise)
    {
        string text = row.Cell(column);
        if (text.Length == 0)
            return otherwise;
        if (RegistryText.TryReadTime(text, out uint time))
            return time;
        row.Tell($"{column} '{text}' is no time", TimeRemedy);
        return otherwise;
    }

    private static string Name(RegistryRow row, string column, bool mayBeEmpty)
    {
        string text = row.Shared(column);
        if (!(mayBeEmpty && text.Length == 0) && !RegistryText.IsName(text))
            row.Tell(text.Length == 0 ? $"{column} is empty" : $"{column} '{text}' is no name", NameRemedy);
        return text;
    }

    private static void CheckText(RegistryRow row, string column, int charsMax)
    {
        string text = row.Cell(column);
        if (text.Length > charsMax || text.AsSpan().ContainsAnyInRange('\0', '\u001F'))
            row.Tell($"{column} is too long or has signs that cannot be printed", $"write up to {charsMax} characters");
        // A table is opened in a spreadsheet, which would calculate it.
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@')
            row.Tell($"{column} '{text}' begins like a formula", "begin it with a letter or digit");
    }

    private static string Serial(RegistryRow row)
    {
        string text = row.Shared("meter");
        if (text.Length is 0 or > Limits.MeterSerialCharsMax || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            row.Tell($"meter '{text}' is no serial number", $"write 1 to {Limits.MeterSerialCharsMax} ASCII characters without spaces, as on the nameplate");
        else if (text.Contains("E+", StringComparison.OrdinalIgnoreCase) && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _))
            row.Tell($"meter '{text}' was made a number by a spreadsheet", "give the column the format Text and write the serial number anew");
        return text;
    }

    private string Obis(RegistryRow row)
    {
        string text = row.Shared("register");
        if (!ObisCode.TryParse(text, _obis, 0))
            row.Tell($"register '{text}' is no OBIS code", "write it like 1-0:1.8.0");
        return text;
    }
}
