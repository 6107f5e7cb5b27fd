using EdgeMeters.Benchmarks.Rival;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;

namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>Readings a second that are on disk and acknowledged, with real clients over loopback.</summary>
internal static class IngestBenchmark
{
    private const int Channels = 4;

    public static void Run(RunOptions options)
    {
        Progress.Say($"ingest: making the messages of {options.Clients} clients");
        Contender[] contenders =
        [
            Ours("blocks of a day", NodeFeed.RowsPerDay, 30, false, options),
            Ours("blocks of a day, until projected", NodeFeed.RowsPerDay, 30, true, options),
            Theirs("JSON of a day, rows, shared commits", NodeFeed.RowsPerDay * Channels, 30, LogStore.CommitBlocksMax, options),
            Ours("blocks of an interval", 1, 150, false, options),
            Ours("blocks of an interval, until projected", 1, 150, true, options),
            Theirs("JSON of an interval, rows, shared commits", Channels, 150, LogStore.CommitBlocksMax, options),
            Theirs("JSON of a reading, row, shared commits", 1, 150, LogStore.CommitBlocksMax, options),
            Theirs("JSON of a reading, row, a commit each", 1, 150, 1, options),
        ];
        var rounds = Rounds.Alternate("ingest", contenders, options.Rounds, contender =>
        {
            using var folder = new ScratchFolder(options.Folder, "ingest");
            int port = PublishLoad.FreePort();
            return PublishLoad.RunAsync(contender.Open(folder, port), port, contender.Publishers, contender.ReadingsPerMessage)
                .GetAwaiter().GetResult();
        });
        LoadFigures[] medians = [.. rounds.Select(LoadFigures.Median)];
        Print(contenders, medians);
    }

    private static void Print(Contender[] contenders, LoadFigures[] medians)
    {
        double each = medians[^1].ReadingsPerSecond;
        var table = new Table("contender", "readings/message", "readings/s", "x last", "PUBACK p50 ms", "p99 ms", "processor us/reading");
        for (int i = 0; i < contenders.Length; i++)
        {
            var figures = medians[i];
            table.Add(contenders[i].Name, $"{contenders[i].ReadingsPerMessage}", $"{figures.ReadingsPerSecond:N0}",
                $"{figures.ReadingsPerSecond / each:F1}", $"{figures.PubackMedianMs:F1}", $"{figures.PubackP99Ms:F1}",
                $"{figures.ProcessorUsPerReading:F2}");
        }
        table.Print();
        Console.Out.WriteLine(
            $"ingest: {medians[0].ReadingsPerSecond:N0} readings/s durable in blocks of a day, PUBACK p99 {medians[0].PubackP99Ms:F0} ms, "
            + $"JSON rows {medians[2].ReadingsPerSecond:N0}, ratio {medians[0].ReadingsPerSecond / medians[2].ReadingsPerSecond:F1} "
            + $"({medians[1].ReadingsPerSecond / medians[2].ReadingsPerSecond:F1} until projected); "
            + $"of an interval {medians[3].ReadingsPerSecond:N0}, PUBACK p99 {medians[3].PubackP99Ms:F0} ms, "
            + $"JSON rows {medians[5].ReadingsPerSecond:N0}, ratio {medians[3].ReadingsPerSecond / medians[5].ReadingsPerSecond:F1} "
            + $"({medians[4].ReadingsPerSecond / medians[5].ReadingsPerSecond:F1} until projected); "
            + $"JSON of a reading {medians[6].ReadingsPerSecond:N0}, ratio {medians[3].ReadingsPerSecond / medians[6].ReadingsPerSecond:F1}");
    }

    private static Contender Ours(string name, int rows, int messages, bool isProjected, RunOptions options)
    {
        NodeFeed[] nodes = [.. Enumerable.Range(0, options.Clients).Select(n => new NodeFeed(n, Channels, options.Seed))];
        Publisher[] publishers = [.. nodes.Select(node => new Publisher(
            node.Name, MqttIngest.TopicPrefix + node.Name + MqttIngest.TopicSuffix, [node.LayoutBlock],
            [.. Enumerable.Range(0, messages).Select(_ => node.Encode(node.Next(rows)))]))];
        return new Contender(name, rows * Channels, publishers,
            (folder, port) => new GatewayDoor(folder.Path, port, nodes, rows * Channels, isProjected));
    }

    private static Contender Theirs(string name, int readingsPerMessage, int messages, int messagesPerCommitMax, RunOptions options)
    {
        Publisher[] publishers = [.. Enumerable.Range(0, options.Clients).Select(n => new NodeFeed(n, Channels, options.Seed)).Select(node => new Publisher(
            node.Name, "meters/" + node.Name, [], [.. LeanReading.Of(node).Chunk(readingsPerMessage).Take(messages).Select(LeanReading.Json)]))];
        return new Contender(name, readingsPerMessage, publishers,
            (folder, port) => new RowDoor(folder.File("rows.db"), port, readingsPerMessage > 1, messagesPerCommitMax));
    }

    private sealed record Contender(string Name, int ReadingsPerMessage, Publisher[] Publishers, Func<ScratchFolder, int, IDoor> Open);
}
