using System.Diagnostics;
using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Rival;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Plan;

/// <summary>The gateway's program beside rivals, each a process of its own, under nodes as the plan has them; then a year of one point out of many.</summary>
internal static class GatewayBenchmark
{
    // As the plan's nodes: forty of them share a station's 1,250 meters.
    private const int Channels = Limits.ChannelsMax;

    private const int DayMessages = 200;
    private const int LiveMessages = 1000;
    private const int RowsMessages = 12;
    private const int YearNodes = 16;
    private const int YearDays = 365;
    private const int YearQuestions = 101;

    /// <returns>The line of result.</returns>
    public static string Run(RunOptions options)
    {
        var contenders = Contenders(options);
        var rounds = Rounds.Alternate("gateway", contenders, options.Rounds, contender => Measure(options, contender));
        var year = FillYear(options);
        GatewayFigures[] medians = [.. rounds.Select(Median)];
        Print(contenders, medians, year);
        long rss = Math.Max(year.Figures.PeakRssBytes, rounds[0].Concat(rounds[2]).Max(f => f.PeakRssBytes));
        return $"gateway: {medians[0].Load.ReadingsPerSecond:F0} readings/s durable, p99 puback {medians[0].Load.PubackP99Ms:F0} ms, "
            + $"{medians[0].KeptBytesPerReading:F2} B/reading, rss {rss / 1e6:F0} MB, year {year.MedianMs:F0} ms";
    }

    private static Contender[] Contenders(RunOptions options)
    {
        Progress.Say($"gateway: making the messages of {options.Clients} clients with {Channels} channels each");
        var (days, daysSent) = Blocks(options.Clients, NodeFeed.RowsPerDay, DayMessages, options);
        var (lives, livesSent) = Blocks(options.Clients, 1, LiveMessages, options);
        int day = NodeFeed.RowsPerDay * Channels;
        var rowDays = Json(days, day, RowsMessages, options);
        var rowLives = Json(lives, Channels, LiveMessages, options);
        var rowReadings = Json(lives, 1, LiveMessages, options);
        return
        [
            Ours("EdgeMeters", NodeFeed.RowsPerDay, days, daysSent, false),
            Ours("EdgeMeters, until projected", NodeFeed.RowsPerDay, days, daysSent, true),
            Ours("EdgeMeters", 1, lives, livesSent, false),
            Bare(NodeFeed.RowsPerDay, daysSent),
            Bare(1, livesSent),
            Mosquitto(NodeFeed.RowsPerDay, daysSent),
            Mosquitto(1, livesSent),
            Rows(RivalServer.Rows, NodeFeed.RowsPerDay, day, rowDays),
            Rows(RivalServer.Rows, 1, Channels, rowLives),
            Rows(RivalServer.Row, 1, 1, rowReadings),
        ];
    }

    private static (NodeFeed[] Nodes, Publisher[] Publishers) Blocks(int clients, int rows, int messages, RunOptions options)
    {
        NodeFeed[] nodes = [.. Enumerable.Range(0, clients).Select(n => new NodeFeed(n, Channels, options.Seed))];
        return (nodes, [.. nodes.Select(node => new Publisher(
            node.Name, MqttIngest.TopicPrefix + node.Name + MqttIngest.TopicSuffix, [node.LayoutBlock],
            [.. Enumerable.Range(0, messages).Select(_ => node.Encode(node.Next(rows)))]))]);
    }

    private static Publisher[] Json(NodeFeed[] like, int readingsPerMessage, int messages, RunOptions options) =>
        [.. like.Select((_, n) => new NodeFeed(n, Channels, options.Seed)).Select(node => new Publisher(
            node.Name, "meters/" + node.Name, [], [.. LeanReading.Of(node).Chunk(readingsPerMessage).Take(messages).Select(LeanReading.Json)]))];

    private static Contender Ours(string name, int rows, NodeFeed[] nodes, Publisher[] publishers, bool isProjected) =>
        new(name, "on disk", rows, rows * Channels, publishers, (folder, port) => new ProgramDoor(
            folder.Path, port, nodes, nodes.SelectMany(n => n.Points), rows * Channels, isProjected));

    private static Contender Bare(int rows, Publisher[] publishers) =>
        new("MQTTnet bare", "nothing kept", rows, rows * Channels, WithoutLayouts(publishers),
            (folder, port) => new RivalDoor(RivalServer.Bare, folder.File("bare"), port, 1, rows * Channels));

    private static Contender Mosquitto(int rows, Publisher[] publishers) =>
        new("mosquitto with persistence", "in memory", rows, rows * Channels, WithoutLayouts(publishers),
            (folder, port) => new MosquittoDoor(folder.Path, port, rows * Channels));

    private static Contender Rows(string what, int rows, int readingsPerMessage, Publisher[] publishers) =>
        new(what == RivalServer.Row ? "JSON a reading, a row each, shared commits" : "JSON, a row a reading, shared commits", "on disk", rows, readingsPerMessage, publishers,
            (folder, port) => new RivalDoor(what, folder.File("rows.db"), port, LogStore.CommitBlocksMax, 1));

    // They count messages.
    private static Publisher[] WithoutLayouts(Publisher[] publishers) => [.. publishers.Select(p => p with { Before = [] })];

    private static GatewayFigures Measure(RunOptions options, Contender contender)
    {
        using var folder = new ScratchFolder(options.Folder, "gateway");
        int port = PublishLoad.FreePort();
        return Publish(contender.Open(folder, port), port, contender.Publishers, contender.ReadingsPerMessage, false);
    }

    private static GatewayFigures Publish(IProcessDoor door, int port, Publisher[] publishers, int readingsPerMessage, bool isWhole)
    {
        var load = PublishLoad.RunAsync(door, port, publishers, readingsPerMessage, isWhole).GetAwaiter().GetResult();
        return new GatewayFigures(load, door.PeakRssBytes, (double)door.KeptBytes / load.Readings);
    }

    private static GatewayFigures Median(GatewayFigures[] rounds) => new(
        LoadFigures.Median([.. rounds.Select(f => f.Load)]), (long)Statistics.Median(rounds.Select(f => (double)f.PeakRssBytes)),
        Statistics.Median(rounds.Select(f => f.KeptBytesPerReading)));

    /// <summary>Publishes a year of many points to the program, and asks for the year of one after the other.</summary>
    private static Year FillYear(RunOptions options)
    {
        Progress.Say($"gateway: making a year of {YearNodes * Channels} points");
        var (nodes, publishers) = Blocks(YearNodes, NodeFeed.RowsPerDay, YearDays, options);
        using var folder = new ScratchFolder(options.Folder, "gateway");
        int port = PublishLoad.FreePort();
        Progress.Say("gateway: publishing the year until it is projected");
        string[] points = [.. nodes.SelectMany(n => n.Points).Select(p => p.Id)];
        var figures = Publish(new ProgramDoor(folder.Path, port, nodes, nodes.SelectMany(n => n.Points), NodeFeed.RowsPerDay * Channels, true),
            port, publishers, NodeFeed.RowsPerDay * Channels, true);
        Progress.Say("gateway: asking for years");
        using var files = StoreFiles.OpenToRead(folder.Path);
        var queries = new ViewQueries(files, new ForwarderProgress([]), () => null);
        var random = new Random(options.Seed);
        var waits = new List<double>();
        for (int i = 0; i < YearQuestions; i++)
        {
            long began = Stopwatch.GetTimestamp();
            int intervals = queries.Intervals(points[random.Next(points.Length)], NodeFeed.BeginUtcSeconds,
                NodeFeed.BeginUtcSeconds + YearDays * NodeFeed.RowsPerDay * NodeFeed.PeriodSeconds).Count;
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (intervals != YearDays * NodeFeed.RowsPerDay)
                throw new WrongResultException($"A year has {intervals} intervals.");
        }
        return new Year(figures, points.Length, Statistics.Median(waits), Statistics.Percentile(waits, 99));
    }

    private static void Print(Contender[] contenders, GatewayFigures[] medians, Year year)
    {
        double bare = medians[3].Load.ReadingsPerSecond;
        var table = new Table("contender", "PUBACK means", "rows/message", "readings/message", "readings/s", "x first", "PUBACK p50 ms", "p99 ms",
            "processor us/reading", "B/reading", "peak rss MB");
        for (int i = 0; i < contenders.Length; i++)
            Add(contenders[i].Name, contenders[i].Means, contenders[i].Rows, contenders[i].ReadingsPerMessage, medians[i]);
        Add($"EdgeMeters, a year of {year.Points} points, until projected", "on disk", NodeFeed.RowsPerDay, NodeFeed.RowsPerDay * Channels, year.Figures);
        table.Print();
        Console.Out.WriteLine($"a year of one of {year.Points} points: {YearDays * NodeFeed.RowsPerDay:N0} intervals, median {year.MedianMs:F0} ms, p99 {year.P99Ms:F0} ms; "
            + $"of what the bare broker takes the gateway keeps {100 * medians[0].Load.ReadingsPerSecond / bare:F0} %");

        void Add(string name, string means, int rows, int readingsPerMessage, GatewayFigures f) => table.Add(
            name, means, $"{rows}", $"{readingsPerMessage}", $"{f.Load.ReadingsPerSecond:N0}", $"{f.Load.ReadingsPerSecond / medians[0].Load.ReadingsPerSecond:F3}",
            $"{f.Load.PubackMedianMs:F1}", $"{f.Load.PubackP99Ms:F1}", $"{f.Load.ProcessorUsPerReading:F2}",
            f.KeptBytesPerReading == 0 ? "" : $"{f.KeptBytesPerReading:F2}", $"{f.PeakRssBytes / 1e6:F0}");
    }

    private sealed record Contender(
        string Name, string Means, int Rows, int ReadingsPerMessage, Publisher[] Publishers, Func<ScratchFolder, int, IProcessDoor> Open);

    private sealed record Year(GatewayFigures Figures, int Points, double MedianMs, double P99Ms);
}
