using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeMeters.Field.Line;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Field.Scan;

/// <summary>"scan": who is on a line, and how is it set?</summary>
internal sealed class ScanCommand
{
    private static readonly string[] Parities = ["none", "odd", "even"];

    private readonly Option<string> _port = new LineOptions().Port;
    private readonly Option<bool> _full = new("--full") { Description = "All rates, parities and addresses; takes hours unless narrowed down." };
    private readonly Option<bool> _quick = new("--quick") { Description = "The likely settings and units 1 to 16; so without either option." };
    private readonly Option<int?> _baud = new("--baud") { Description = "Only this rate." };
    private readonly Option<string?> _parity = new("--parity") { Description = "Only none, odd or even." };
    private readonly Option<string?> _protocol = new("--protocol") { Description = "Only modbus, dlt645, dlt645-1997, cjt188 or mbus." };
    private readonly Option<string?> _units = new("--units") { Description = "Modbus addresses, as 1-32 or 7." };
    private readonly Option<int?> _timeout = new("--timeout") { Description = "Milliseconds that each is waited for; 150, with --full 400." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: protocol, address, options, baud, parity, stopBits, says." };

    public static Command Create()
    {
        ScanCommand scan = new();
        scan._parity.AcceptOnlyFromAmong(Parities);
        scan._protocol.AcceptOnlyFromAmong("modbus", "dlt645", "dlt645-1997", "cjt188", "mbus");
        Command command = new("scan", """
            Finds the meters on a line: rate, parity, protocol and address. Only reads. Says how long it will take before it starts; Ctrl-C ends
            it with what was found until then.

            Examples:
              EdgeMeters.Field scan --port /dev/ttyUSB0
              EdgeMeters.Field scan --port /dev/ttyUSB0 --full --baud 9600 --protocol modbus
              EdgeMeters.Field scan --port tcp://192.0.2.7 --units 1-247
            """)
        {
            scan._port, scan._quick, scan._full, scan._baud, scan._parity, scan._protocol, scan._units, scan._timeout, scan._json,
        };
        command.SetAction((parsed, cancellation) => Program.Guard(() => scan.Run(parsed, cancellation)));
        return command;
    }

    /// <summary>As 45 s or 12 min.</summary>
    public static string Written(TimeSpan span) => span.TotalSeconds < 100 ? $"{Math.Ceiling(span.TotalSeconds)} s" : $"{Math.Ceiling(span.TotalMinutes)} min";

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string port = parsed.GetRequiredValue(_port);
        ScanPlan plan = new(RangeOf(parsed, port));
        if (plan.Probes == 0)
            throw new UsageException("nothing is left to try: leave out --baud, --parity or --protocol (M-Bus is always even parity)");
        bool isJson = parsed.GetValue(_json);
        ScanSetting first = plan.Stages[0].Setting;
        using LineSession session = new(port, new LineTable
        {
            BaudRate = first.Baud,
            Parity = first.Parity,
            StopBits = first.StopBits,
            TimeoutMs = plan.Range.TimeoutMs,
            // Nobody but the one who is asked answers under its address, so a late answer is told by it.
            LateAnswerMsMax = plan.Range.TimeoutMs,
        });
        int settings = plan.Stages.Select(s => s.Setting).Distinct().Count();
        Console.Error.WriteLine($"{plan.Probes} questions at {settings} setting{(settings == 1 ? "" : "s")}: up to {Written(plan.Duration)}; Ctrl-C ends it");
        ConsoleProgress progress = new(plan, finding => Console.WriteLine(isJson ? Json(finding) : Line(finding)));
        Scanner scanner = new(session, plan, progress);
        bool isComplete = scanner.Run(cancellation);
        progress.Clear();
        Conclude(scanner, plan, port, isComplete);
        if (scanner.Findings.Count > 0)
            return ExitCode.Good;
        return scanner.Refused.Count == settings ? ExitCode.Port : ExitCode.NotGood;
    }

    private static void Conclude(Scanner scanner, ScanPlan plan, string port, bool isComplete)
    {
        if (!isComplete)
            Console.Error.WriteLine($"stopped after {scanner.ProbesDone} of {plan.Probes} questions");
        int count = scanner.Findings.Count;
        Console.Error.WriteLine($"found {count} meter{(count == 1 ? "" : "s")}");
        foreach (ScanSetting setting in scanner.Disturbed.Where(s => scanner.Findings.All(f => f.Setting != s)))
            Console.Error.WriteLine($"at {setting} something came that was no answer: the rate or parity may be near, or several meters have one address");
        foreach ((ScanSetting setting, string why) in scanner.Refused)
            Console.Error.WriteLine($"{setting} was not tried: {why}");
        foreach (ScanFinding finding in scanner.Findings)
            Console.Error.WriteLine($"  read --port {port} {Options(finding, !LineAddress.IsNetwork(port))}");
        if (count > 0)
            Console.Error.WriteLine("or, when you know what kind of meter it is, with --profile (\"profiles list\")");
        if (count == 0 && isComplete && scanner.Refused.Count == 0)
        {
            Console.Error.WriteLine(Trouble.NothingAnswers);
            if (!plan.Range.IsFull)
                Console.Error.WriteLine("Then try more: --full, narrowed down with --baud, --parity or --protocol to what is known.");
        }
    }

    private ScanRange RangeOf(ParseResult parsed, string port)
    {
        bool isFull = parsed.GetValue(_full);
        if (isFull && parsed.GetValue(_quick))
            throw new UsageException("--quick and --full are opposites: give one of them");
        if (parsed.GetValue(_baud) is < 300 or > 115_200)
            throw new UsageException("--baud: a number from 300 to 115200");
        bool isNetwork = LineAddress.IsNetwork(port);
        bool isModbusTcp = LineAddress.CarriesModbusOnly(port);
        return new ScanRange(
            isFull,
            isNetwork,
            isModbusTcp,
            parsed.GetValue(_baud),
            parsed.GetValue(_parity) is { } parity ? LineOptions.ParityOf(parity) : null,
            parsed.GetValue(_protocol) is { } protocol ? MeterOptions.ProtocolOf(protocol) : null,
            UnitsOf(parsed.GetValue(_units), isFull, isModbusTcp),
            Math.Clamp(parsed.GetValue(_timeout) ?? (isFull ? ScanRange.FullTimeoutMs : ScanRange.QuickTimeoutMs), 20, 10_000));
    }

    private static byte[] UnitsOf(string? text, bool isFull, bool isModbusTcp)
    {
        if (text == null)
        {
            IEnumerable<int> units = Enumerable.Range(1, isFull ? ScanRange.UnitMax : ScanRange.QuickUnitMax);
            // A device with its own network plug answers under 255 or 0 as a rule (Messaging on TCP/IP V1.0b, 4.4.2).
            return [.. (isModbusTcp ? units.Append(255).Append(0) : units).Select(u => (byte)u)];
        }
        string[] ends = text.Split('-');
        if (ends.Length <= 2 && byte.TryParse(ends[0], out byte first) && byte.TryParse(ends[^1], out byte last)
            && first <= last && (isModbusTcp || first >= 1 && last <= ScanRange.UnitMax))
            return [.. Enumerable.Range(first, last - first + 1).Select(u => (byte)u)];
        throw new UsageException($"--units: '{text}' are no Modbus addresses: write one as 7, or a range within 1-{ScanRange.UnitMax}");
    }

    private static string Options(ScanFinding finding, bool hasSetting)
    {
        string setting = hasSetting
            ? $"--baud {finding.Setting.Baud} --parity {Parities[finding.Setting.Parity]}{(finding.Setting.StopBits == 1 ? "" : " --stop-bits 2")} "
            : "";
        string address = finding.Protocol == BusProtocol.Modbus ? $"--unit {finding.Address} --address 0" : $"--address {finding.Address}";
        return $"{setting}--protocol {MeterOptions.NameOf(finding.Protocol)} {address}{finding.Hint}";
    }

    private static string Line(ScanFinding finding) =>
        $"{finding.Setting}  {MeterOptions.NameOf(finding.Protocol)}  {finding.Address}{finding.Hint}  {finding.Says}";

    private static string Json(ScanFinding finding)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("protocol", MeterOptions.NameOf(finding.Protocol));
            writer.WriteString("address", finding.Address.Split(' ')[0]);
            writer.WriteString("options", Options(finding, hasSetting: true));
            writer.WriteNumber("baud", finding.Setting.Baud);
            writer.WriteString("parity", Parities[finding.Setting.Parity]);
            writer.WriteNumber("stopBits", finding.Setting.StopBits);
            writer.WriteString("says", finding.Says);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
