using System.Diagnostics;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Benchmarks.Plan;

/// <summary>A day of every meter of the plan through gate, log and projections, with all points in force; then the questions that are asked of it.</summary>
internal sealed class MillionDayBenchmark
{
    public const int PointsOfPlan = 1_000_000;
    public const int Channels = Limits.ChannelsMax;

    private const int Questions = 201;
    private const int Rows = NodeFeed.RowsPerDay;
    private const int SecondsPerDay = 86_400;
    private const int BlocksUnderWay = 512;
    private const int TellEvery = 5_000;

    private static readonly TimeSpan ProjectionMax = TimeSpan.FromHours(1);

    private readonly RunOptions _options;
    private readonly string _folder;
    private readonly int _nodes;
    private readonly Stages _stages = new("million-day");
    private long _consumption;

    private MillionDayBenchmark(RunOptions options, int nodes, string folder)
    {
        _options = options;
        _nodes = nodes;
        _folder = folder;
    }

    private int Points => _nodes * Channels;

    private long Readings => (long)Points * Rows;

    /// <param name="points">Metering points, rounded up to whole nodes.</param>
    /// <returns>The line of result.</returns>
    public static string Run(RunOptions options, int points)
    {
        using var folder = new ScratchFolder(options.Folder, "million");
        return new MillionDayBenchmark(options, (points + Channels - 1) / Channels, folder.Path).Run();
    }

    private string Run()
    {
        long began = Stopwatch.GetTimestamp();
        double ingestSeconds = Fill();
        long logBytes = BytesOf("log.db");
        long viewsBytes = BytesOf("views.db");
        double restartSeconds = _stages.Run("restart: open log and projections, and answer", "", () => Reopened(queries => DayOf(queries, 0)));
        Reopened(Ask);
        _stages.Print();
        var elapsed = Stopwatch.GetElapsedTime(began);
        Console.Out.WriteLine($"log.db {(double)logBytes / Readings:F2} B/reading, views.db {(double)viewsBytes / Readings:F2} B/reading with the registry of {Points:N0} points");
        return $"million-day: {Points} points, {Readings} readings at {Readings / ingestSeconds:F0} readings/s, {(double)logBytes / Readings:F2} B/reading in the log, "
            + $"{(double)viewsBytes / Readings:F2} in the projections, rss {_stages.PeakRssBytes / 1e6:F0} MB, restart {restartSeconds:F1} s, in all {elapsed.TotalMinutes:F1} min";
    }

    /// <returns>Seconds of the ingest.</returns>
    private double Fill()
    {
        using var files = StoreFiles.Open(_folder);
        using var log = new LogStore(files, TimeProvider.System);
        using var projector = new Projector(files, log, NullLogger<Projector>.Instance);
        byte[] registry = [];
        _stages.Run("make the registry's tables", $"{Points:N0} points", () => registry = RegistryTables.Make(_nodes, Channels, _options.Seed));
        _stages.Run("registry into log and projections", $"{registry.Length:N0} bytes", () =>
        {
            log.AppendRegistryAsync(registry, CancellationToken.None).GetAwaiter().GetResult();
            registry = [];
            WaitForProjections(log, projector);
        });
        double seconds = _stages.Run("a day through gate and log, projected meanwhile", $"{Readings:N0} readings in blocks of {Rows * Channels:N0}", () => Ingest(log));
        long backlog = log.LastEntry - projector.Entry;
        _stages.Run("until all is projected", $"{backlog:N0} blocks behind", () => WaitForProjections(log, projector));
        return seconds;
    }

    private void Ingest(LogStore log)
    {
        var underWay = new Queue<Task<Receipt>>();
        for (int n = 0; n < _nodes; n++)
        {
            if (n > 0 && n % TellEvery == 0)
                Progress.Say($"million-day: {n:N0} of {_nodes:N0} nodes");
            var node = new NodeFeed(n, Channels, _options.Seed);
            var gate = new BlockGate(node.Name, new HmacBlockMac(node.Name, node.Key));
            var block = node.Next(Rows);
            // The first interval of a series has no consumption: it is told from the others by the second row.
            for (int channel = 0; channel < Channels; channel++)
                _consumption += block.Registers[(Rows - 1) * Channels + channel] - block.Registers[channel];
            Append(node.LayoutBlock);
            Append(node.Encode(block));

            void Append(byte[] bytes)
            {
                var (error, incoming, _) = gate.Check(bytes);
                if (incoming == null)
                    throw new WrongResultException($"The gate refused a block of {node.Name}: {error}.");
                underWay.Enqueue(log.AppendAsync(incoming, CancellationToken.None));
                if (underWay.Count >= BlocksUnderWay)
                    underWay.Dequeue().GetAwaiter().GetResult();
            }
        }
        Task.WhenAll(underWay).GetAwaiter().GetResult();
    }

    private void Reopened(Action<ViewQueries> work)
    {
        using var files = StoreFiles.Open(_folder);
        using var log = new LogStore(files, TimeProvider.System);
        using var projector = new Projector(files, log, NullLogger<Projector>.Instance);
        work(new ViewQueries(files, new ForwarderProgress([]), () => null));
        if (projector.Entry != log.LastEntry)
            throw new WrongResultException($"After the restart the projections stand at {projector.Entry} of {log.LastEntry} entries.");
    }

    private void Ask(ViewQueries queries)
    {
        var random = new Random(_options.Seed);
        _stages.Run("a day of one point", $"{Questions} times", () =>
        {
            for (int i = 0; i < Questions; i++)
                DayOf(queries, random.Next(Points));
        });
        _stages.Run("its month, by day", $"{Questions} times", () =>
        {
            for (int i = 0; i < Questions; i++)
            {
                var days = queries.Consumption(RegistryTables.PointOf(random.Next(Points), Channels), NodeFeed.BeginUtcSeconds, NodeFeed.BeginUtcSeconds + 31 * SecondsPerDay, SecondsPerDay, 0);
                if (days.Count != 1)
                    throw new WrongResultException($"A month with a day of readings has {days.Count} days.");
            }
        });
        _stages.Run("the day's total over all points, streamed", $"{Points:N0} points", () =>
        {
            long sum = 0;
            int points = 0;
            foreach (var (_, intervals) in queries.IntervalsOfAll(NodeFeed.BeginUtcSeconds, NodeFeed.BeginUtcSeconds + SecondsPerDay))
            {
                points++;
                foreach (var interval in intervals)
                    sum += interval.Consumption ?? 0;
            }
            if (points != Points || sum != _consumption)
                throw new WrongResultException($"{points} points and {sum} base units came out, {Points} and {_consumption} went in.");
        });
    }

    private static void DayOf(ViewQueries queries, int number)
    {
        string point = RegistryTables.PointOf(number, Channels);
        int intervals = queries.Intervals(point, NodeFeed.BeginUtcSeconds, NodeFeed.BeginUtcSeconds + SecondsPerDay).Count;
        if (intervals != Rows)
            throw new WrongResultException($"The day of {point} has {intervals} intervals.");
    }

    private static void WaitForProjections(LogStore log, Projector projector)
    {
        long began = Stopwatch.GetTimestamp();
        while (projector.Entry < log.LastEntry)
        {
            if (projector.Error != null || Stopwatch.GetElapsedTime(began) > ProjectionMax)
                throw new WrongResultException($"The projections did not come to entry {log.LastEntry}: {projector.Error ?? "too slow"}.");
            Thread.Sleep(5);
        }
    }

    private long BytesOf(string name) => new FileInfo(Path.Combine(_folder, name)).Length;
}
