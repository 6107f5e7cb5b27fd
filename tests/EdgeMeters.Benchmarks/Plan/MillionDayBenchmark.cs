using System.Diagnostics;
using System.Globalization;
using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Start;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using MQTTnet;

namespace EdgeMeters.Benchmarks.Plan;

/// <summary>A day of every meter of the plan, sent by all its nodes to the gateway's program with all points in force; then the questions that are asked of it.</summary>
internal sealed class MillionDayBenchmark
{
    public const int PointsOfPlan = 1_000_000;
    public const int Channels = Limits.ChannelsMax;

    private const int Questions = 201;
    private const int Rows = NodeFeed.RowsPerDay;
    private const int SecondsPerDay = 86_400;
    private const int TellEvery = 5_000;

    private static readonly TimeSpan ProjectionMax = TimeSpan.FromHours(1);

    private readonly RunOptions _options;
    private readonly string _folder;
    private readonly int _nodes;
    private readonly Stages _stages = new("million-day");
    private long _consumption;
    private int _nodesBegun;
    private long _ingestRssBytes;

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
        double ingestSeconds;
        using (var gateway = Start())
            ingestSeconds = Fill(gateway);
        long logBytes = BytesOf("log.db");
        long viewsBytes = BytesOf("views.db");
        double restartSeconds;
        using (var gateway = GatewayProcess.StartAgain(_folder))
        {
            restartSeconds = _stages.Run("restart until the dashboard answers", $"{_nodes:N0} nodes", gateway, () => gateway.WaitForDashboard());
            Ask(gateway);
        }
        AddUp();
        _stages.Print();
        var elapsed = Stopwatch.GetElapsedTime(began);
        Console.Out.WriteLine($"log.db {(double)logBytes / Readings:F2} B/reading, views.db {(double)viewsBytes / Readings:F2} B/reading with the registry of {Points:N0} points");
        return $"million-day: {Points} points, {Readings} readings at {Readings / ingestSeconds:F0} readings/s, {(double)logBytes / Readings:F2} B/reading in the log, "
            + $"{(double)viewsBytes / Readings:F2} in the projections, rss {_ingestRssBytes / 1e6:F0} MB, restart {restartSeconds:F1} s, in all {elapsed.TotalMinutes:F1} min";
    }

    private GatewayProcess Start()
    {
        GatewayProcess? gateway = null;
        _stages.Run("start with keys for all nodes", $"{_nodes:N0} nodes", () =>
        {
            gateway = GatewayProcess.StartOn(_folder, Enumerable.Range(0, _nodes).Select(n => new NodeFeed(n, Channels, _options.Seed)), null);
            gateway.WaitForDashboard();
        });
        return gateway!;
    }

    /// <returns>Seconds of the ingest.</returns>
    private double Fill(GatewayProcess gateway)
    {
        _stages.Run("make the registry's tables", $"{Points:N0} points", gateway, () =>
        {
            string part = Path.Combine(_folder, "tables.csv");
            RegistryTables.Write(part, _nodes, Channels, _options.Seed);
            File.Move(part, RegistryFile.PathIn(_folder));
        });
        _stages.Run("registry into log and projections", $"{BytesOf(RegistryFile.Name):N0} bytes", gateway, () => WaitForProjections(gateway, 1));
        double seconds = _stages.Run("a day of every node by MQTT, projected meanwhile", $"{Readings:N0} readings in blocks of {Rows * Channels:N0}", gateway,
            () => PublishAsync(gateway.MqttPort).GetAwaiter().GetResult());
        _ingestRssBytes = _stages.LastRssBytes;
        _stages.Run("until all is projected", "", gateway, () => WaitForProjections(gateway, 1 + 2L * _nodes));
        return seconds;
    }

    // Each node comes, sends what it has, and goes.
    private async Task PublishAsync(int port) =>
        await Task.WhenAll(Enumerable.Range(0, _options.Clients).Select(_ => Task.Run(async () =>
        {
            for (int n = Interlocked.Increment(ref _nodesBegun) - 1; n < _nodes; n = Interlocked.Increment(ref _nodesBegun) - 1)
            {
                if (n > 0 && n % TellEvery == 0)
                    Progress.Say($"million-day: {n:N0} of {_nodes:N0} nodes");
                var node = new NodeFeed(n, Channels, _options.Seed);
                var block = node.Next(Rows);
                // The first interval of a series has no consumption: it is told from the others by the second row.
                long consumption = 0;
                for (int channel = 0; channel < Channels; channel++)
                    consumption += block.Registers[(Rows - 1) * Channels + channel] - block.Registers[channel];
                Interlocked.Add(ref _consumption, consumption);
                string topic = MqttIngest.TopicPrefix + node.Name + MqttIngest.TopicSuffix;
                using var client = await PublishLoad.ConnectAsync(node.Name, port);
                await PublishLoad.PublishAsync(client, topic, node.LayoutBlock);
                await PublishLoad.PublishAsync(client, topic, node.Encode(block));
                await client.DisconnectAsync(new MqttClientDisconnectOptions());
            }
        })));

    private void Ask(GatewayProcess gateway)
    {
        var random = new Random(_options.Seed);
        string from = TimeText.Utc(NodeFeed.BeginUtcSeconds);
        string day = TimeText.Utc(NodeFeed.BeginUtcSeconds + SecondsPerDay);
        string month = TimeText.Utc(NodeFeed.BeginUtcSeconds + 31 * SecondsPerDay);
        _stages.Run("a day of one point", $"{Questions} times", gateway, () =>
        {
            for (int i = 0; i < Questions; i++)
            {
                string point = RegistryTables.PointOf(random.Next(Points), Channels);
                int lines = gateway.Get($"/api/v1/points/{point}/intervals?from={from}&to={day}&format=csv").Count(c => c == '\n');
                if (lines != Rows + 1)
                    throw new WrongResultException($"The day of {point} has {lines - 1} intervals.");
            }
        });
        _stages.Run("its month, by day", $"{Questions} times", gateway, () =>
        {
            for (int i = 0; i < Questions; i++)
                gateway.Get($"/api/v1/points/{RegistryTables.PointOf(random.Next(Points), Channels)}/totals?from={from}&to={month}");
        });
    }

    private void AddUp() => _stages.Run("the day's total over all points, streamed", $"{Points:N0} points", () =>
    {
        using var files = StoreFiles.OpenToRead(_folder);
        var queries = new ViewQueries(files, new ForwarderProgress([]), () => null);
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

    private void WaitForProjections(GatewayProcess gateway, long entry)
    {
        long began = Stopwatch.GetTimestamp();
        using var files = StoreFiles.OpenToRead(_folder);
        using var views = files.OpenViewsReader();
        while (views.ScalarLong("SELECT entry FROM state") < entry)
        {
            gateway.RefuseEnded();
            if (Stopwatch.GetElapsedTime(began) > ProjectionMax)
                throw new WrongResultException(string.Create(CultureInfo.InvariantCulture, $"The projections did not come to entry {entry} within {ProjectionMax.TotalHours:F0} h."));
            Thread.Sleep(20);
        }
    }

    private long BytesOf(string name) => new FileInfo(Path.Combine(_folder, name)).Length;
}
