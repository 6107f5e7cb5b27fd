using System.Diagnostics;
using System.Globalization;
using EdgeMeters.Gateway.Audit;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.Processes;

/// <summary>
/// The real gateway under load between real sockets, killed and tormented at random moments, and counted at its ends: what has its PUBACK is in
/// log.db with the very register, and at the head-end under one key; nothing is there that no node made.
/// </summary>
/// <remarks>
/// The seed draws the faults, their order and their pauses. The processes run in real time, so a replay hits other instants of theirs.
/// kill -9 does not lose the page cache: what a power cut does to the store, the simulated disk shows.
/// </remarks>
internal sealed class KillsRun : IDisposable
{
    private const int ExitBroken = 1;
    private const int ExitNotRun = 2;
    private const int Nodes = 14;

    /// <summary>Five rows a second of eight channels from each of fourteen nodes.</summary>
    private const int ReadingsPerSecond = 560;

    private static readonly TimeSpan ProgressMax = TimeSpan.FromMinutes(5);

    private readonly int _kills;
    private readonly int _seed;
    private readonly TextWriter _errors;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgemeters-kills-").FullName;
    private readonly Ledger _ledger = new();
    private readonly LoadNode[] _nodes;
    private readonly SmallDisk _disk;
    private readonly HeadEndBroker _broker;
    private readonly Relay _toBroker;
    private readonly GatewayChild _gateway;
    private readonly Relay _toGateway;
    private readonly Torment _torment;

    private KillsRun(int kills, int seed, TextWriter errors)
    {
        (_kills, _seed, _errors) = (kills, seed, errors);
        _nodes = [.. Enumerable.Range(0, Nodes).Select(n => new LoadNode(n, seed))];
        _disk = new SmallDisk(Path.Combine(_folder, "disk"));
        _broker = new HeadEndBroker(_folder, _ledger.Receive);
        _toBroker = new Relay(_broker.Port);
        _gateway = new GatewayChild(_folder, DataFolder, _nodes.Select(n => (n.Name, n.Key)), _nodes.SelectMany(n => n.Points), _toBroker.Port);
        _toGateway = new Relay(_gateway.MqttPort);
        _torment = new Torment(new Random(seed), _gateway, _broker, _disk, _toGateway, _toBroker, () => _nodes.Sum(n => n.Receipts));
    }

    private string DataFolder => Path.Combine(_folder, "disk", "data");

    /// <param name="kills">Kills of the gateway; other faults lie between them.</param>
    /// <param name="seed">Of the nodes' registers and of the faults.</param>
    /// <param name="output">Gets the one line of figures.</param>
    /// <param name="errors">Gets progress, and what is wrong.</param>
    /// <returns>0, 1 when a promise was broken, 2 when it could not be tried.</returns>
    public static async Task<int> RunAsync(int kills, int seed, TextWriter output, TextWriter errors)
    {
        if (HeadEndBroker.Missing is { } package)
        {
            await errors.WriteLineAsync($"kills: {package} is not installed: apt-get install {package}");
            return ExitNotRun;
        }
        if (SmallDisk.RunInside(Environment.GetCommandLineArgs()[1..]) is { } code)
            return code;
        using var run = new KillsRun(kills, seed, errors);
        string? broken;
        try
        {
            broken = await run.RunAsync(output);
        }
        catch (InvalidOperationException e)
        {
            broken = e.Message;
        }
        if (broken == null)
            return 0;
        await errors.WriteLineAsync($"kills: BROKEN: {broken}");
        await errors.WriteLineAsync($"  the store is kept in {run.KeepStore()}; what the gateway said last:\n{run._gateway.Said}");
        await errors.WriteLineAsync($"  again: dotnet run -c Release --project tests/EdgeMeters.Simulation -- --kills {kills} --seed {seed}");
        return ExitBroken;
    }

    public void Dispose()
    {
        _toGateway.Dispose();
        _toBroker.Dispose();
        _gateway.Dispose();
        _broker.Dispose();
        _disk.Dispose();
        Directory.Delete(_folder, true);
    }

    /// <returns>What is wrong; null when nothing is.</returns>
    private async Task<string?> RunAsync(TextWriter output)
    {
        await _errors.WriteLineAsync($"kills: seed {_seed}, {Nodes} nodes, {ReadingsPerSecond} readings/s offered; disk: {_disk.Kind}");
        _gateway.Start();
        using var ended = new CancellationTokenSource();
        using var full = new CancellationTokenSource();
        long began = Stopwatch.GetTimestamp();
        var making = MakeRowsAsync(began, full.Token);
        var delivering = Task.WhenAll(_nodes.Select(n => Task.Run(() => n.RunAsync(_toGateway.Port, ended.Token))));
        for (int kill = 1; kill <= _kills; kill++)
        {
            if (await _torment.KillAsync(kill) is { } broken)
                return broken;
            if (kill % 10 == 0 || kill == _kills)
                await TellAsync(kill, began);
        }
        await _torment.EndAsync();
        await full.CancelAsync();
        await making;
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long acknowledged = AcknowledgedReadings;
        string? stuck = await DrainAsync();
        await ended.CancelAsync();
        await delivering;
        // All may have arrived while a gateway that was killed late is still starting; a clean end is asked of one that serves.
        bool serves = await _gateway.WaitUntilServingAsync(ProgressMax) != null;
        int? exit = _gateway.Stop();
        if (stuck == null && !serves)
            stuck = "the gateway does not serve";
        if (stuck == null && exit != 0)
            stuck = $"the gateway did not end cleanly: {(exit == null ? "killed after a minute" : $"code {exit}")}";
        return Count(output, acknowledged / seconds, seconds) ?? stuck;
    }

    private long AcknowledgedReadings => _nodes.Sum(n => (long)n.RowsAcknowledged) * LoadNode.Channels;

    private long MadeReadings => _nodes.Sum(n => (long)n.RowsMade) * LoadNode.Channels;

    private async Task MakeRowsAsync(long began, CancellationToken cancel)
    {
        const double RowsPerSecond = (double)ReadingsPerSecond / (Nodes * LoadNode.Channels);
        while (!cancel.IsCancellationRequested)
        {
            int rows = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * RowsPerSecond);
            foreach (var node in _nodes)
                node.MakeRows(rows);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    // Everything that was made is to be acknowledged and to arrive; while either number grows, it is waited for.
    private async Task<string?> DrainAsync()
    {
        long all = MadeReadings;
        long before = -1;
        long grewAt = Stopwatch.GetTimestamp();
        while (AcknowledgedReadings < all || _ledger.Arrived < all)
        {
            long progress = AcknowledgedReadings + _ledger.Arrived;
            if (progress != before)
                (before, grewAt) = (progress, Stopwatch.GetTimestamp());
            if (await _torment.KeepRunningAsync() is { } broken)
                return broken;
            if (Stopwatch.GetElapsedTime(grewAt) > ProgressMax)
                return string.Create(CultureInfo.InvariantCulture, $"of {all} readings {AcknowledgedReadings} are acknowledged and {_ledger.Arrived} at the head-end, and it goes no further");
            await Task.Delay(100);
        }
        return null;
    }

    private string? Count(TextWriter output, double readingsPerSecond, double seconds)
    {
        // Its last lines are heard when it has ended.
        _broker.Dispose();
        var macs = _nodes.ToDictionary(n => n.Name, n => new IBlockMac[] { new HmacBlockMac(n.Name, n.Key) }, StringComparer.Ordinal);
        string path = Path.Combine(DataFolder, "log.db");
        var audit = new LogAudit(path, macs, null, (_, _) => { }, CancellationToken.None).Run();
        var log = Ledger.CountInLog(_nodes, BlocksOf(DataFolder));
        var headEnd = _ledger.CountAtHeadEnd(_nodes);
        string line = string.Create(CultureInfo.InvariantCulture,
            $"kills: gateway killed {_kills}, {_torment.Told}; {AcknowledgedReadings} readings acknowledged, {readingsPerSecond:F0}/s over {seconds:F0} s, {_nodes.Sum(n => n.Refusals)} blocks sent again; log: {log}, faults {audit.Faults}; head-end: {headEnd}, repeated {_ledger.Repeated}; seed {_seed}");
        output.WriteLine(line);
        if (log.IsRight && headEnd.IsRight && audit.Faults == 0 && log.Readings == audit.Readings)
            return null;
        return string.Join('\n', [$"the ends disagree; the audit counts {audit.Readings} readings, the log's blocks hold {log.Readings}", .. audit.FaultsTold]);
    }

    private static IEnumerable<(string Node, ReadingBlock Block)> BlocksOf(string folder)
    {
        using var files = StoreFiles.OpenToRead(folder);
        using var reader = new LogReader(files);
        var (decoder, block) = (new ReadingBlockReader(), new ReadingBlock(Limits.ReadingsPerBlockMax));
        long after = 0;
        while (reader.Read(after, 1000) is { Count: > 0 } entries)
        {
            after = entries[^1].Number;
            foreach (var entry in entries.Where(e => e.Kind == LogEntryKind.Readings))
            {
                if (decoder.TryRead(entry.Body, entry.Body.Length, block) == BlockError.None)
                    yield return (entry.Node, block);
            }
        }
    }

    private Task TellAsync(int kill, long began)
    {
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return _errors.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"kills: {kill} of {_kills}, {seconds:F0} s, {_torment.Told}; {AcknowledgedReadings} of {MadeReadings} readings acknowledged ({AcknowledgedReadings / seconds:F0}/s), {_ledger.Arrived} at the head-end"));
    }

    private string KeepStore()
    {
        _gateway.Kill();
        string kept = Directory.CreateTempSubdirectory("edgemeters-kills-kept-").FullName;
        foreach (string file in Directory.Exists(DataFolder) ? Directory.GetFiles(DataFolder) : [])
            File.Copy(file, Path.Combine(kept, Path.GetFileName(file)));
        return kept;
    }
}
