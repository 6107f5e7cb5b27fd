using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Benchmarks.Rival;
using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Benchmarks.Store;

/// <summary>The same readings in the gateway's store and in the rival's tables, written in the order in which they would arrive, and closed.</summary>
internal sealed class StreetStore : IDisposable
{
    private const int Channels = 4;

    private static readonly TimeSpan ProjectionMax = TimeSpan.FromMinutes(10);

    private readonly ScratchFolder _folder;
    private readonly NodeFeed[] _nodes;

    private StreetStore(ScratchFolder folder, int nodes, int seed)
    {
        _folder = folder;
        _nodes = [.. Enumerable.Range(0, nodes).Select(n => new NodeFeed(n, Channels, seed))];
        Points = [.. _nodes.SelectMany(n => n.Points).OrderBy(p => p.Id, StringComparer.Ordinal)];
    }

    public string Folder => _folder.Path;

    public MeteringPoint[] Points { get; }

    public IReadOnlyList<NodeFeed> Nodes => _nodes;

    public long Readings { get; private set; }

    public uint LastEndUtcSeconds { get; private set; }

    public long LogBytes => BytesOf("log.db");

    public long ViewsBytes => BytesOf("views.db");

    public string RowsPath(RowSchema schema) => _folder.File($"rows-{schema}.db");

    public long RowsBytes(RowSchema schema) => BytesOf(Path.GetFileName(RowsPath(schema)));

    /// <param name="options">Seed and folder.</param>
    /// <param name="nodes">Nodes, a household with four meters each.</param>
    /// <param name="days">Days of quarter-hours.</param>
    /// <param name="rowsPerBlock">Interval ends in one block: 96 for a day, 1 for a block each quarter-hour.</param>
    public static StreetStore Build(RunOptions options, int nodes, int days, int rowsPerBlock)
    {
        var street = new StreetStore(new ScratchFolder(options.Folder, "street"), nodes, options.Seed);
        try
        {
            street.Fill(days, rowsPerBlock);
            return street;
        }
        catch
        {
            street.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Dispose();

    private void Fill(int days, int rowsPerBlock)
    {
        using var files = StoreFiles.Open(Folder);
        using var log = new LogStore(files, TimeProvider.System);
        using var projector = new Projector(files, log, NullLogger<Projector>.Instance);
        using var keyed = new RowStore(RowsPath(RowSchema.Keyed), RowSchema.Keyed);
        using var plain = new RowStore(RowsPath(RowSchema.Plain), RowSchema.Plain);
        log.AppendRegistryAsync(JsonSerializer.SerializeToUtf8Bytes(Points), CancellationToken.None).GetAwaiter().GetResult();
        foreach (var node in _nodes)
            log.AppendAsync(new IncomingBlock(node.Name, BlockKind.Layout, node.LayoutBlock, node.LayoutId, 0, 0), CancellationToken.None).GetAwaiter().GetResult();
        for (int day = 0; day < days; day++)
        {
            if (day % 60 == 0)
                Progress.Say($"building a street: {_nodes.Length * Channels} meters, blocks of {rowsPerBlock * Channels}, day {day} of {days}");
            FillDay(log, keyed, plain, rowsPerBlock);
        }
        Progress.Say($"building a street: {Readings:N0} readings are in the log, {log.LastEntry - projector.Entry:N0} entries are still to be projected");
        var began = Stopwatch.GetTimestamp();
        while (projector.Entry < log.LastEntry)
        {
            if (projector.Error != null || Stopwatch.GetElapsedTime(began) > ProjectionMax)
                throw new WrongResultException($"The projections did not come to entry {log.LastEntry}: {projector.Error ?? "too slow"}.");
            Thread.Sleep(5);
        }
    }

    private void FillDay(LogStore log, RowStore keyed, RowStore plain, int rowsPerBlock)
    {
        keyed.Begin();
        plain.Begin();
        for (int rows = 0; rows < NodeFeed.RowsPerDay; rows += rowsPerBlock)
        {
            var receipts = new List<Task<Receipt>>();
            foreach (var node in _nodes)
            {
                var block = node.Next(rowsPerBlock);
                receipts.Add(log.AppendAsync(new IncomingBlock(node.Name, BlockKind.Readings, node.Encode(block), block.Epoch,
                    block.FirstSequence, block.FirstSequence + (uint)block.Rows - 1), CancellationToken.None));
                for (int i = 0; i < block.Rows * block.Channels; i++)
                {
                    var (channel, end) = (node.Layout[i % block.Channels], block.UtcSecondsOf(i / block.Channels));
                    keyed.Insert(channel.MeterSerial, channel.Register, end, block.Registers[i], block.Qualities[i]);
                    plain.Insert(channel.MeterSerial, channel.Register, end, block.Registers[i], block.Qualities[i]);
                }
                Readings += block.Rows * block.Channels;
                LastEndUtcSeconds = block.UtcSecondsOf(block.Rows - 1);
            }
            Task.WhenAll(receipts).GetAwaiter().GetResult();
        }
        keyed.Commit();
        plain.Commit();
    }

    // The last connection of a database folds the WAL in when it closes; a WAL that is still there counts.
    private long BytesOf(string name) =>
        new[] { name, name + "-wal" }.Select(n => new FileInfo(_folder.File(n))).Where(f => f.Exists).Sum(f => f.Length);
}
