using System.CommandLine;
using EdgeMeters.Wire;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Bench;

/// <summary>"meter": one virtual meter on a pseudo-terminal until it is stopped, its dial printed as it turns.</summary>
internal static class MeterCommand
{
    private const int PrintSeconds = 5;
    private const double HouseWatts = 2000;
    private const double HouseLitresPerHour = 600;

    public static Command Create(TimeProvider time, TextWriter output, TextWriter errors)
    {
        Option<string> profile = new("--profile") { Description = "Which meter.", Required = true };
        profile.AcceptOnlyFromAmong(VirtualSdm630.Profile, VirtualTuf2000M.Profile);
        Option<int> unit = new("--unit") { Description = "Modbus address, 1 to 247.", DefaultValueFactory = _ => 1 };
        unit.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is >= 1 and <= 247)
                return;
            result.AddError("--unit: a Modbus address is a number from 1 to 247");
        });
        Option<int?> seed = new("--seed") { Description = "Seed of the consumption; drawn and printed when absent." };
        Option<string?> link = new("--link") { Description = "Place for a symbolic link to the pseudo-terminal, so that a configuration can name it." };
        Command command = new("meter", "Runs one virtual meter: prints its serial port, then its dial every few seconds, until Ctrl-C.")
        {
            profile, unit, seed, link,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await RunAsync(
                    parsed.GetRequiredValue(profile), (byte)parsed.GetValue(unit), parsed.GetValue(seed) ?? Random.Shared.Next(),
                    parsed.GetValue(link), time, output, cancellation);
                return 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine($"meter: {e.Message}");
                return 1;
            }
        });
        return command;
    }

    private static async Task RunAsync(
        string profile, byte unit, int seed, string? link, TimeProvider time, TextWriter output, CancellationToken cancellation)
    {
        using PseudoTerminal terminal = new();
        if (link != null)
            terminal.Link(link);
        (Dial dial, IVirtualMeter meter) = MakeMeter(profile, unit, seed, time);
        using ModbusRtuServer server = new(terminal, meter);
        output.WriteLine($"port {link ?? terminal.Path}");
        output.WriteLine($"{profile}, unit {unit}, seed {seed}; any baud rate; stop with Ctrl-C");
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(PrintSeconds), time);
        try
        {
            do
            {
                output.WriteLine($"{dial.NowUtc:yyyy-MM-ddTHH:mm:ssZ}  dial {dial.Now} {Name(dial.Unit)}  answers {server.Answers}");
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            output.WriteLine($"stopped: dial {dial.Now} {Name(dial.Unit)}, answers {server.Answers}");
        }
    }

    private static (Dial Dial, IVirtualMeter Meter) MakeMeter(string profile, byte unit, int seed, TimeProvider time)
    {
        // The first reading follows from the seed as well. An SDM630 starts below 4,000 kWh, where its float32 tells every watt-hour.
        Random random = new(seed);
        if (profile == VirtualTuf2000M.Profile)
        {
            Dial litres = new(time, Unit.Litre, random.Next(1_000_000, 9_000_000), HouseLitresPerHour, seed);
            return (litres, new VirtualTuf2000M(unit, litres));
        }
        Dial wattHours = new(time, Unit.Wh, random.Next(1_000_000, 4_000_000), HouseWatts, seed);
        return (wattHours, new VirtualSdm630(unit, wattHours));
    }

    private static string Name(Unit unit) => unit == Unit.Litre ? "L" : unit.ToString();
}
