using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Simulation.Processes;

/// <summary>How long the real gateway takes from its start until it serves, with many readings stored, after a clean end and after kill -9.</summary>
internal sealed class RestartRun : IDisposable
{
    private const int ExitMissed = 1;
    private const int Nodes = 250;
    private const int RowsPerBlock = 4;
    private const int Starts = 3;
    private const double LimitSeconds = 5;

    private static readonly TimeSpan ServeMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ProjectMax = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgemeters-restart-").FullName;
    private readonly TextWriter _errors;
    private readonly LoadNode[] _nodes;
    private readonly int _rows;
    private long _told = Stopwatch.GetTimestamp();
    private int _rowsSent;

    private RestartRun(long readings, int seed, TextWriter errors)
    {
        _errors = errors;
        _nodes = [.. Enumerable.Range(0, Nodes).Select(n => new LoadNode(n, seed))];
        long rows = (readings + Nodes * LoadNode.Channels - 1) / (Nodes * LoadNode.Channels);
        _rows = (int)((rows + RowsPerBlock - 1) / RowsPerBlock * RowsPerBlock);
    }

    private string DataFolder => Path.Combine(_folder, "data");

    /// <param name="readings">Readings stored, at least.</param>
    /// <param name="seed">Of the registers.</param>
    /// <param name="output">Gets the one line of figures.</param>
    /// <param name="errors">Gets progress.</param>
    /// <returns>0; 1 when a start took longer than the limit or did not end in serving.</returns>
    public static async Task<int> RunAsync(long readings, int seed, TextWriter output, TextWriter errors)
    {
        using var run = new RestartRun(readings, seed, errors);
        run.Fill();
        return await run.MeasureAsync(output);
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private async Task<int> MeasureAsync(TextWriter output)
    {
        using var gateway = new GatewayChild(_folder, DataFolder, _nodes.Select(n => (n.Name, n.Key)), _nodes.SelectMany(n => n.Points), 0);
        var clean = new List<double>();
        var killed = new List<double>();
        for (int start = 0; start < 2 * Starts; start++)
        {
            bool isKilled = start % 2 == 1;
            gateway.Start();
            if (await ServeAsync(gateway) is not { } seconds)
            {
                await _errors.WriteLineAsync($"restart: BROKEN: the gateway does not serve. It said:\n{gateway.Said}");
                return ExitMissed;
            }
            // The first start follows the fill, which ended cleanly; then each start follows the end of the one before.
            (isKilled ? killed : clean).Add(seconds);
            await _errors.WriteLineAsync(Text($"restart: serving after {seconds:F2} s {(isKilled ? "after kill -9" : "after a clean end")}"));
            if (isKilled)
                gateway.Stop();
            else
                gateway.Kill();
        }
        double slowest = clean.Concat(killed).Max();
        long bytes = new FileInfo(Path.Combine(DataFolder, "log.db")).Length + new FileInfo(Path.Combine(DataFolder, "views.db")).Length;
        output.WriteLine(Text(
            $"restart: {(long)_rows * Nodes * LoadNode.Channels} readings stored in {(long)_rows / RowsPerBlock * Nodes} blocks, {bytes >> 20} MiB; serving after {Median(clean):F2} s, after kill -9 {Median(killed):F2} s, slowest of {2 * Starts} starts {slowest:F2} s; limit {LimitSeconds:F0} s {(slowest <= LimitSeconds ? "kept" : "missed")}"));
        return slowest <= LimitSeconds ? 0 : ExitMissed;
    }

    // It serves when pages are answered and a block gets its receipt.
    private async Task<double?> ServeAsync(GatewayChild gateway)
    {
        long began = Stopwatch.GetTimestamp();
        var node = _nodes[0];
        using var served = new CancellationTokenSource(ServeMax);
        int receipts = node.Receipts;
        node.MakeRows(_rows + ++_rowsSent);
        node.Acknowledge(_rows + _rowsSent - 1);
        var delivering = Task.Run(() => node.RunAsync(gateway.MqttPort, served.Token));
        bool answers = await gateway.WaitUntilServingAsync(ServeMax) != null;
        while (answers && node.Receipts == receipts && !served.IsCancellationRequested)
            await Task.Delay(2);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        bool isServed = node.Receipts > receipts;
        await served.CancelAsync();
        await delivering;
        return isServed ? seconds : null;
    }

    private void Fill()
    {
        using var files = StoreFiles.Open(DataFolder);
        using var log = new LogStore(files, TimeProvider.System);
        using var projector = new Projector(files, log, NullLogger<Projector>.Instance);
        var points = _nodes.SelectMany(n => n.Points).OrderBy(p => p.Id, StringComparer.Ordinal).ToArray();
        log.AppendRegistryAsync(JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<MeteringPoint>>(points), CancellationToken.None).Wait();
        foreach (var node in _nodes)
            log.AppendAsync(new IncomingBlock(node.Name, BlockKind.Layout, node.LayoutBlock, node.LayoutId, 0, 0), CancellationToken.None).Wait();
        for (int row = 0; row < _rows; row += RowsPerBlock)
        {
            var receipts = new Task[_nodes.Length];
            for (int n = 0; n < _nodes.Length; n++)
            {
                var node = _nodes[n];
                node.MakeRows(row + RowsPerBlock);
                receipts[n] = log.AppendAsync(new IncomingBlock(
                    node.Name, BlockKind.Readings, node.Encode(row, RowsPerBlock), node.Epoch, (uint)row + 1, (uint)(row + RowsPerBlock)), CancellationToken.None);
            }
            Task.WaitAll(receipts);
            Tell(() => Text($"restart: {(long)(row + RowsPerBlock) * Nodes * LoadNode.Channels:N0} readings of {(long)_rows * Nodes * LoadNode.Channels:N0} stored"));
        }
        long began = Stopwatch.GetTimestamp();
        while (projector.Entry < log.LastEntry)
        {
            if (projector.Error != null || Stopwatch.GetElapsedTime(began) > ProjectMax)
                throw new InvalidOperationException($"The projections did not come to entry {log.LastEntry}: {projector.Error ?? "too slow"}.");
            Tell(() => Text($"restart: {projector.Entry:N0} of {log.LastEntry:N0} entries projected"));
            Thread.Sleep(20);
        }
    }

    private void Tell(Func<string> line)
    {
        if (Stopwatch.GetElapsedTime(_told) < TellEvery)
            return;
        _told = Stopwatch.GetTimestamp();
        _errors.WriteLine(line());
    }

    private static double Median(List<double> numbers) => numbers.Order().ElementAt(numbers.Count / 2);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
