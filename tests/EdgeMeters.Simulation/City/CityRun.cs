using System.Diagnostics;
using EdgeMeters.Bench.Network;

namespace EdgeMeters.Simulation.City;

/// <summary>Lets the whole city live through its days and counts at the ends.</summary>
/// <remarks>
/// Stations share nothing but the gateway, and the gateway admits by station; so they live one after another, on as many cores as there are, and
/// little memory is needed. What comes to the gateway is added up by minute. What this leaves out: a gateway that cannot keep up, which its own
/// throughput says; and its log, whose restarts and disks the worlds of --seeds go through.
/// </remarks>
internal static class CityRun
{
    public const int P99SecondsMax = 900;
    public const double BurstMax = 2.0;

    private const int ExitBroken = 1;
    private const int SayEvery = 20;

    /// <param name="only">Number of the only station that lives, 0 for all.</param>
    public static int Run(CityOptions options, int workers, int only)
    {
        var watch = Stopwatch.StartNew();
        var total = new CityTally();
        var gate = new Lock();
        var broken = new List<string>();
        var dark = Dark(options);
        PlannedStation[] stations = [.. options.Stations.Where(s => only == 0 || s.Number == only)];
        int next = 0, done = 0;
        Thread[] threads = [.. Enumerable.Range(0, Math.Min(workers, stations.Length)).Select(_ => new Thread(Work))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Say(options, total, watch.Elapsed);
        long rss = Process.GetCurrentProcess().PeakWorkingSet64 / (1024 * 1024);
        int p99 = total.Delays.Percentile(99);
        Console.Out.WriteLine(
            $"city: stations {stations.Length}, meters {stations.Sum(s => s.Meters)}, readings {total.Readings}, lost {total.Lost}, doubled {total.Doubled}, altered {total.Altered}, "
            + $"p99 {p99} s, burst {total.Burst:F2}, dark stations {total.DarkStations} drained in {total.DrainMs / 3_600_000.0:F1} h, "
            + $"virtual day in {watch.Elapsed.TotalSeconds / options.Days:F0} s, rss {rss} MB");
        foreach (string example in broken)
            Console.Error.WriteLine(example);
        return broken.Count == 0 && total.IsWhole && p99 <= P99SecondsMax && total.Burst <= BurstMax ? 0 : ExitBroken;

        void Work()
        {
            for (int i = Interlocked.Increment(ref next) - 1; i < stations.Length; i = Interlocked.Increment(ref next) - 1)
            {
                var (tally, fault) = Live(stations[i], options, dark.Contains(stations[i].Number));
                lock (gate)
                {
                    total.Add(tally);
                    if (fault != null)
                        broken.Add(Describe(stations[i], options, fault));
                    if (++done % SayEvery == 0)
                        Console.Error.WriteLine($"{done} of {stations.Length} stations, {watch.Elapsed.TotalSeconds:F0} s");
                }
            }
        }
    }

    private static (CityTally Tally, string? Fault) Live(PlannedStation plan, CityOptions options, bool isDark)
    {
        try
        {
            using var station = new CityStation(plan, options, isDark);
            var tally = station.Run();
            if (!tally.IsWhole)
                return (tally, $"lost {tally.Lost}, doubled {tally.Doubled}, altered {tally.Altered}, nodes not drained {tally.Undrained}");
            return (tally, tally.Burst > BurstMax ? $"burst {tally.Burst:F2} x its mean from minute {tally.BurstMinute} on" : null);
        }
        catch (Exception e)
        {
            // Whatever the product throws at a station is a finding.
            return (new CityTally(), e.ToString());
        }
    }

    private static string Describe(PlannedStation plan, CityOptions options, string fault) =>
        $"station {plan.Number} ({plan.Profile}): {fault}\n  again: dotnet run -c Release --project tests/EdgeMeters.Simulation -- --city --days {options.Days} --seed {options.Seed} "
        + $"--profile {plan.Profile} --stations {options.Stations.Count} --dark {options.DarkPercent} --dark-hours {options.DarkHours} --burst-percent {options.BurstPercent} --station {plan.Number}";

    private static void Say(CityOptions options, CityTally total, TimeSpan took)
    {
        foreach (var (kind, (blocks, bytes)) in total.Kinds)
            Console.Error.WriteLine($"{kind}: {blocks} blocks, {bytes} bytes with headers, {(double)bytes / Math.Max(1, blocks):F0} each");
        Console.Error.WriteLine($"TLS beside: {total.Handshakes} handshakes, {total.HandshakeBytes} bytes up");
        Console.Error.WriteLine(
            $"delivery: p50 {total.Delays.Percentile(50)} s, p99 {total.Delays.Percentile(99)} s, p99.9 {total.Delays.Percentile(99.9)} s, longest {total.Delays.LongestSeconds} s; "
            + $"{total.BlocksFailed} blocks failed, {total.Repeated} rows came again; nodes not drained {total.Undrained}");
        Console.Error.WriteLine(
            $"gateway: fullest minute {total.PeakBytesPerMinute} bytes of all stations; {took.TotalMicroseconds * Environment.ProcessorCount / Math.Max(1, total.Rows):F0} us of all cores a row");
        if (options.Days > 0)
            Console.Error.WriteLine($"{took.TotalSeconds:F0} s for {options.Days} days");
    }

    // Which stations go dark depends on the seed alone, so that one alone can be looked at.
    private static HashSet<int> Dark(CityOptions options)
    {
        int[] numbers = [.. options.Stations.Select(s => s.Number)];
        new Random(options.Seed).Shuffle(numbers);
        return [.. numbers.Take((numbers.Length * options.DarkPercent + 99) / 100)];
    }
}
