using System.Diagnostics;
using System.Globalization;

namespace EdgeMeters.Benchmarks.Bus;

/// <summary>A rival in its own language: a script that prints a line a round, milliseconds and then what came of each read.</summary>
internal sealed class RivalProcess(string name, string program, string script, string? modules = null) : IBusContender
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public string Name => name;

    public IReadOnlyList<BusRound> Read(string port, int baudRate, int timeoutMs, IReadOnlyList<BusRead> reads, int rounds)
    {
        string timeout = (timeoutMs / 1000.0).ToString(CultureInfo.InvariantCulture);
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Bus", script), port, $"{baudRate}", timeout, $"{rounds}", .. reads.Select(read => read.ToString())];
        string[] lines = Run(program, arguments, modules, Limit);
        if (lines.Length != rounds)
            throw new IOException($"{name} made {lines.Length} of {rounds} rounds.");
        return [.. lines.Select(Parse)];
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Lines of its output.</returns>
    /// <exception cref="IOException">It is not there, failed, or did not end.</exception>
    public static string[] Run(string program, string[] arguments, string? modules, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (modules != null)
            start.Environment["NODE_PATH"] = modules;
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(limit))
            {
                process.Kill(entireProcessTree: true);
                throw new IOException($"{program} did not end within {limit.TotalSeconds:F0} s.");
            }
            if (process.ExitCode != 0)
                throw new IOException($"{program} failed: {errors.GetAwaiter().GetResult().Trim().Split('\n')[^1]}");
            return output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{program} does not start: {e.Message}.", e);
        }
    }

    private static BusRound Parse(string line)
    {
        string[] parts = line.Split(';');
        return new BusRound(
            double.Parse(parts[0], CultureInfo.InvariantCulture),
            [.. parts[1..].Select(registers => registers == "-" ? (long?)null : registers.Split(' ').Aggregate(0L, (sum, word) => (sum << 16) | long.Parse(word, CultureInfo.InvariantCulture)))]);
    }
}
