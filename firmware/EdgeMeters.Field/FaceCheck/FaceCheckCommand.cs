using System.CommandLine;
using System.Diagnostics;
using EdgeMeters.Field.Line;
using EdgeMeters.Field.Read;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Field.FaceCheck;

/// <summary>"face-check": does the register say what the meter's display shows, and if not, why not?</summary>
internal sealed class FaceCheckCommand
{
    private const int AgeSecondsMax = 3600;
    private const int SecondsPerHour = 3600;

    private readonly LineOptions _line = new();
    private readonly MeterOptions _meter = new();
    private readonly Option<string?> _register = new("--register") { Description = "OBIS code of the register, as 1-0:1.8.0; by default the profile's first in the display's unit." };
    private readonly Option<string?> _display = new("--display") { Description = "What the display shows, with its unit, as \"12345.67 kWh\". Asked for if left out." };

    private readonly Option<int> _age = new("--age")
    {
        Description = "With --display: seconds since the display was read; the meter may have counted on since then.",
        DefaultValueFactory = _ => 30,
    };

    public static Command Create()
    {
        FaceCheckCommand check = new();
        Command command = new("face-check", """
            Reads a register by its profile and compares it with the meter's display. Where they differ it looks for the reason: a factor of ten, swapped
            words or bytes, another type, a neighbouring register, a transformer ratio; and says what to change.

            Examples:
              EdgeMeters.Field face-check --port /dev/ttyUSB0 --unit 1 --profile eastron-sdm630
              EdgeMeters.Field face-check --port /dev/ttyUSB0 --unit 1 --profile eastron-sdm630 --display "2015.1 kWh"

            Exit codes: 0 equal; 5 the register cannot be read; 6 different, and this is why; 7 different, and the reason is not known.
            """);
        check._line.AddTo(command);
        check._meter.AddTo(command);
        command.Add(check._register);
        command.Add(check._display);
        command.Add(check._age);
        command.SetAction((parsed, cancellation) => Program.Guard(() => check.Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string port = parsed.GetRequiredValue(_line.Port);
        MeterProfile profile = _meter.LoadProfile(parsed)
            ?? throw new UsageException("--profile is needed: it is the profile that is checked. \"profiles list\" shows all");
        BusProtocol protocol = _meter.ProtocolOf(parsed, profile);
        FaceReading? display = parsed.GetValue(_display) is { } typed ? FaceReading.Parse(typed) : null;
        MeterTable table = _meter.Table(parsed, protocol, profile, port);
        using LineSession session = new(port, _line.Table(parsed, ProfileFiles.LineOf(profile)));
        session.RequireFit(protocol);
        ProfileMeter meter = new(session, profile, table);
        int point = PointOf(parsed.GetValue(_register), profile, display);

        IReadOnlyList<ReadRow> first = meter.Read(cancellation);
        if (Unreadable(meter, first, point) is { } trouble)
            return End(trouble, meter.Results[point]);
        decimal firstUnits = meter.BaseUnits(point, meter.Registers[point]);
        decimal rate = meter.BaseUnits(point, profile.Registers[point].Scale.RateMaxPerHour);
        bool isAsked = display == null;
        Stopwatch watch = Stopwatch.StartNew();
        display ??= Ask(first[point], cancellation);
        if (display.Unit != UnitOf(profile, point))
            throw new UsageException($"the display shows {display.Unit}, register {first[point].Register} counts {UnitOf(profile, point)}: name another with --register");
        if (isAsked && Unreadable(meter, meter.Read(cancellation), point) is { } later)
            return End(later, meter.Results[point]);
        double ageSeconds = isAsked ? watch.Elapsed.TotalSeconds : Math.Clamp(parsed.GetValue(_age), 0, AgeSecondsMax);
        decimal growth = rate * (decimal)ageSeconds / SecondsPerHour;
        decimal lastUnits = meter.BaseUnits(point, meter.Registers[point]);
        bool isNumber = meter.Results[point] == BusResult.Ok;
        FaceSurroundings surroundings = new(session, meter);
        FaceEvidence evidence = new(
            isNumber ? isAsked ? Math.Min(firstUnits, lastUnits) : lastUnits - growth : decimal.MinusOne,
            isNumber ? lastUnits : decimal.MinusOne,
            surroundings.StepUnits(point),
            growth,
            surroundings.Hypotheses(point, display.Unit));
        return Conclude(display, first[point].Register, evidence, FaceJudge.Judge(display, evidence));
    }

    /// <summary>Null for a register that can be compared: one that is there, if only as what the profile's type is no number in.</summary>
    private static string? Unreadable(ProfileMeter meter, IReadOnlyList<ReadRow> rows, int point) =>
        meter.Results[point] is BusResult.Ok or BusResult.NotANumber && rows[point].Raw != null ? null : rows[point].Error;

    private static int End(string trouble, BusResult result)
    {
        Console.Error.WriteLine(trouble);
        if (result == BusResult.Timeout)
            Console.Error.WriteLine(Trouble.NothingAnswers);
        return ExitCode.NotGood;
    }

    private static int PointOf(string? obis, MeterProfile profile, FaceReading? display)
    {
        for (int i = 0; i < profile.Registers.Count; i++)
        {
            if (obis == null ? display == null || UnitOf(profile, i) == display.Unit : profile.Registers[i].Scale.Obis == obis)
                return i;
        }
        string known = string.Join(", ", profile.Registers.Select(r => $"{r.Scale.Obis} in {ProfileMeter.Name(r.Scale.Unit)}"));
        throw new UsageException($"profile {profile.Id} has no register {obis ?? "in " + display!.Unit}; it has {known}");
    }

    private static string UnitOf(MeterProfile profile, int point) => profile.Registers[point].Scale.Unit switch
    {
        Wire.Unit.Wh => "Wh",
        Wire.Unit.Varh => "varh",
        _ => "litre",
    };

    private static FaceReading Ask(ReadRow row, CancellationToken cancellation)
    {
        Console.WriteLine($"register {row.Register} is read. What does the display show? All digits and the unit, as 12345.67 kWh:");
        while (true)
        {
            // A terminal waits for ever: Ctrl-C ends the wait, not the reader, which goes with the program.
            Task<string?> line = Task.Run(Console.In.ReadLine, CancellationToken.None);
            line.Wait(cancellation);
            if (line.Result == null)
                throw new UsageException("no display was typed: type it, or give it with --display");
            try
            {
                return FaceReading.Parse(line.Result);
            }
            catch (FormatException e)
            {
                Console.WriteLine(e.Message);
            }
        }
    }

    private static int Conclude(FaceReading display, string register, FaceEvidence evidence, FaceVerdict verdict)
    {
        string unit = display.Unit == "litre" ? "L" : display.Unit;
        Console.WriteLine($"display   {display.Text} = {ReadRow.Written(display.BaseUnits)} {unit}");
        Console.WriteLine(evidence.Last < 0
            ? $"register  {register} is no number in the profile's type"
            : $"register  {register} = {ReadRow.Written(evidence.Last)} {unit}");
        if (verdict.IsEqual)
        {
            Console.WriteLine(verdict.IsProof
                ? $"equal, within {ReadRow.Written(Math.Round(display.Resolution + evidence.StepUnits + evidence.Last - evidence.First, 3))} {unit}"
                : "equal, but of so few digits that another register could look the same: check again when the meter has counted on");
            return ExitCode.Good;
        }
        foreach (FaceMatch match in verdict.Matches)
        {
            Console.WriteLine($"different: {match.Finding}");
            Console.WriteLine($"  remedy: {match.Remedy}");
        }
        if (verdict.Matches.Count > 1)
            Console.WriteLine("More than one explanation fits: let the meter count on and check again.");
        if (verdict.Matches.Count > 0)
            return ExitCode.Explained;
        Console.WriteLine(verdict.IsTooShort
            ? "different, and the display has too few digits to tell why: read all of its digits, or check again when the meter has counted on"
            : "different, and no factor, order, type, neighbour or transformer ratio explains it. Is it the display of this meter, and of this register? "
                + "Is this the meter's profile? Read the registers around it with \"read --protocol\"");
        return ExitCode.Unexplained;
    }
}
