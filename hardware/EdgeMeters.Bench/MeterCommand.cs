using System.CommandLine;
using EdgeMeters.Bench.Meters;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Bench;

/// <summary>"meter": one virtual meter on a pseudo-terminal until it is stopped; "bus": several.</summary>
internal static class MeterCommand
{
    private static readonly Option<int?> Seed = new("--seed") { Description = "Seed of consumption and faults; drawn and printed when absent." };
    private static readonly Option<string?> Link = new("--link") { Description = "Place for a symbolic link to the pseudo-terminal, so that a configuration can name it." };
    private static readonly Option<string?> Pace = new("--pace") { Description = "As 9600/8N1: bytes take the time that they take at this setting. Without it answers come at once, at any baud rate." };
    private static readonly Option<string?> Faults = new("--faults")
    {
        Description = "What is wrong, as late=0.05:0-5000,corrupted=0.01:1-3, that is kind=probability:least-most; all=0.02 for everything. Kinds and units: README.",
    };

    public static Command CreateMeter(TimeProvider time, TextWriter output, TextWriter errors)
    {
        Option<string> profile = new("--profile") { Description = "Which meter: a name in hardware/meter-profiles.", Required = true };
        profile.AcceptOnlyFromAmong([.. MeterSheet.List(BenchLine.ProfileFolder)]);
        Option<string> address = new("--address", "--unit")
        {
            Description = "Modbus 1 to 247; DL/T 645 12 digits; CJ/T 188 14 digits; M-Bus 0 to 250, and /serial number of 8 digits.", DefaultValueFactory = _ => "1",
        };
        Option<int> turnaround = new("--turnaround") { Description = "Time in ms before an answer.", DefaultValueFactory = _ => 0 };
        Command command = new("meter", "Runs one virtual meter: prints its serial port, then its dial every few seconds, until Ctrl-C.")
        {
            profile, address, turnaround, Faults, Pace, Seed, Link,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            () => new BenchSheet(
                [new BenchMeter(parsed.GetRequiredValue(profile), parsed.GetRequiredValue(address), TurnaroundMs: parsed.GetValue(turnaround))],
                parsed.GetValue(Pace), parsed.GetValue(Faults)),
            parsed, time, output, errors, cancellation));
        return command;
    }

    public static Command CreateBus(TimeProvider time, TextWriter output, TextWriter errors)
    {
        Option<string?> file = new("--file") { Description = "JSON: meters with profile, address, faults, setting, turnaroundMs; pace and faults of the line." };
        Option<string[]> meters = new("--meter")
        {
            Description = "A meter as profile@address or profile@address@faults; once for each. Without an address it is the meter's number.",
        };
        Command command = new("bus", "Runs several virtual meters on one line: prints its serial port, then their dials every few seconds, until Ctrl-C.")
        {
            file, meters, Faults, Pace, Seed, Link,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            () =>
            {
                string? path = parsed.GetValue(file);
                BenchSheet sheet = path == null ? new BenchSheet([]) : BenchSheet.Load(path);
                return new BenchSheet(
                    [.. sheet.Meters, .. (parsed.GetValue(meters) ?? []).Select(MeterOf)], parsed.GetValue(Pace) ?? sheet.Pace, parsed.GetValue(Faults) ?? sheet.Faults);
            },
            parsed, time, output, errors, cancellation));
        return command;
    }

    private static BenchMeter MeterOf(string text)
    {
        string[] parts = text.Split('@');
        return new BenchMeter(parts[0], parts.Length > 1 ? parts[1] : null, parts.Length > 2 ? parts[2] : null);
    }

    private static async Task<int> RunAsync(
        Func<BenchSheet> sheet, ParseResult parsed, TimeProvider time, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        try
        {
            BenchLine line = new(sheet(), parsed.GetValue(Seed) ?? Random.Shared.Next(), time);
            await line.RunAsync(parsed.GetValue(Link), output, cancellation);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.WriteLine($"{parsed.CommandResult.Command.Name}: {e.Message}");
            return 1;
        }
    }
}
