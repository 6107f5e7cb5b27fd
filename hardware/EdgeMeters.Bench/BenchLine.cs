using System.Globalization;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Faults;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;

namespace EdgeMeters.Bench;

/// <summary>Meters on one pseudo-terminal until they are stopped, their dials printed as they turn.</summary>
internal sealed class BenchLine
{
    /// <summary>Units of a Modbus line, and more than any RS-485 driver can feed.</summary>
    public const int MetersMax = 247;

    private const int PrintSeconds = 5;

    private readonly TimeProvider _time;
    private readonly LineSetting? _pace;
    private readonly LineFaults? _faults;
    private readonly string _lineFaultsText;
    private readonly List<(string Text, BusDevice Device, IBusListener Listener)> _meters = [];

    /// <exception cref="FormatException">An address, a fault or a setting is none, or a profile is not known.</exception>
    public BenchLine(BenchSheet sheet, int seed, TimeProvider time)
    {
        _time = time;
        if (sheet.Meters.Length is < 1 or > MetersMax)
            throw new FormatException($"a line has 1 to {MetersMax} meters, not {sheet.Meters.Length}");
        LineSetting pace = LineSetting.Usual;
        if (sheet.Pace != null && !LineSetting.TryParse(sheet.Pace, out pace))
            throw new FormatException($"'{sheet.Pace}' is no setting of a line: write it as 9600/8N1");
        _pace = sheet.Pace == null ? null : pace;
        Fault[] lineFaults = [.. Parse(sheet.Faults).Where(fault => fault.IsOfLine)];
        _lineFaultsText = string.Join(", ", lineFaults);
        _faults = lineFaults.Length == 0 ? null : new LineFaults(_pace ?? LineSetting.Usual, lineFaults, seed);
        for (int i = 0; i < sheet.Meters.Length; i++)
            Add(sheet.Meters[i], sheet.Faults, seed + i);
    }

    public async Task RunAsync(string? link, TextWriter output, CancellationToken cancellation)
    {
        using PseudoTerminal terminal = new();
        if (link != null)
            terminal.Link(link);
        using LineServer server = new(terminal, _time, _pace, _faults, [.. _meters.Select(meter => meter.Listener)]);
        output.WriteLine($"port {link ?? terminal.Path}");
        foreach ((string text, _, _) in _meters)
            output.WriteLine(text + (_pace == null ? "; any baud rate; stop with Ctrl-C" : $"; paced as {_pace}; stop with Ctrl-C"));
        if (_lineFaultsText.Length > 0)
            output.WriteLine($"line: {_lineFaultsText}");
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(PrintSeconds), _time);
        try
        {
            do
            {
                foreach ((_, BusDevice device, _) in _meters)
                    output.WriteLine($"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}  {Dials(device)}  answers {server.Answers}");
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            foreach ((_, BusDevice device, _) in _meters)
                output.WriteLine($"stopped: {Dials(device)}, answers {server.Answers}");
        }
    }

    private void Add(BenchMeter meter, string? faultsOfAll, int seed)
    {
        IReadOnlyList<string> profiles = MeterSheet.List(ProfileFolder);
        if (!profiles.Contains(meter.Profile))
            throw new FormatException($"there is no profile '{meter.Profile}' of a meter on a bus: name one of {string.Join(", ", profiles)}");
        MeterSheet sheet = MeterSheet.Load(ProfileFolder, meter.Profile);
        string address = meter.Address ?? MeterMaker.AddressOf(sheet, _meters.Count + 1);
        LineSetting setting = _pace ?? LineSetting.Usual;
        if (meter.Setting != null && !LineSetting.TryParse(meter.Setting, out setting))
            throw new FormatException($"'{meter.Setting}' is no setting of a meter: write it as 9600/8N1");
        MeterMaker maker = new(_time) { TurnaroundMicroseconds = 1000L * meter.TurnaroundMs, Setting = meter.Setting == null && _pace == null ? null : setting };
        BusDevice device = maker.Make(sheet, address, seed);
        Fault[] faults = [.. Parse(faultsOfAll).Concat(Parse(meter.Faults)).Where(fault => !fault.IsOfLine)];
        IBusListener listener = faults.Length == 0 ? device : new FaultyDevice(device, _time, faults, seed);
        string wrong = faults.Length == 0 ? "" : "; faults " + string.Join(", ", faults);
        _meters.Add(($"{meter.Profile}, {device.Name}, seed {seed}{wrong}", device, listener));
    }

    public static string ProfileFolder => Path.Combine(AppContext.BaseDirectory, "meter-profiles");

    private static IReadOnlyList<Fault> Parse(string? text)
    {
        if (text == null)
            return [];
        if (Fault.TryParse(text, out IReadOnlyList<Fault> faults))
            return faults;
        string kinds = string.Join(", ", Enum.GetNames<FaultKind>()).ToLower(CultureInfo.InvariantCulture);
        throw new FormatException($"'{text}' names no faults: write late=0.05:0-5000, that is kind=probability:least-most, with commas between, or all=0.02; kinds are {kinds}");
    }

    private static string Dials(BusDevice device) =>
        string.Join("  ", device.Faces.Select(face => $"dial {face.Dial.Now} {Name(face.Dial.Unit)} register {face.Now}"));

    private static string Name(Unit unit) => unit == Unit.Litre ? "L" : unit.ToString();
}
