using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeMeters.Gateway.Audit;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway;

/// <summary>The verbs backup, restore and verify: a log is copied whole, checked whole, and never written over.</summary>
/// <param name="verb">What the lines begin with.</param>
/// <param name="configPath">The gateway's configuration: its data folder, and the keys that prove the blocks.</param>
/// <param name="formerKeys">Keys that nodes had before, each as <c>node=file</c>.</param>
/// <param name="json">True to end with the report as JSON; the lines then go to <paramref name="errors"/>.</param>
internal sealed class CustodyRun(string verb, string configPath, string[] formerKeys, bool json, TextWriter output, TextWriter errors)
{
    /// <summary>The log is not what it was.</summary>
    public const int ExitFaults = 1;

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private long _told = Stopwatch.GetTimestamp();

    /// <summary>Checks a log.</summary>
    /// <param name="log">Its file; null for that of the data folder.</param>
    /// <param name="head">A hash that was noted elsewhere, as <c>entry:hash</c>; null for none.</param>
    /// <returns>0, <see cref="ExitFaults"/>, or <see cref="GatewayHost.ExitNotStarted"/> when it could not be done.</returns>
    public int Verify(string? log, CancellationToken cancel, string? head = null) => Run(settings =>
        End(Audit(log ?? LogPath(settings), settings, cancel, head), ""));

    /// <summary>Copies the log to a file, also while the gateway runs, and checks the copy.</summary>
    public int BackUp(string target, CancellationToken cancel) => Run(settings =>
    {
        if (File.Exists(target))
            throw new StoreUnavailableException($"{target} is there already and is not written over. Name another file.");
        using var copy = new LogCopy(target);
        copy.Make(LogPath(settings), Progress("pages copied"), cancel);
        var report = Audit(copy.PartPath, settings, cancel);
        // A damaged log is worth a copy all the more; the exit code says that it is one.
        copy.Keep();
        return End(report, $"{target} written, ");
    });

    /// <summary>Puts a backup into an empty data folder.</summary>
    public int Restore(string source, CancellationToken cancel) => Run(settings =>
    {
        using var files = StoreFiles.Open(settings.DataFolder);
        // A WAL that was left behind would be read into the restored log.
        foreach (string path in new[] { files.LogPath, files.LogPath + "-wal", files.LogPath + "-shm" })
        {
            if (File.Exists(path))
                throw new StoreUnavailableException($"{path} is there already and is not written over. Move it, and what begins with its name, to another folder and keep it.");
        }
        using var copy = new LogCopy(files.LogPath);
        copy.Make(source, Progress("pages copied"), cancel);
        var report = Audit(copy.PartPath, settings, cancel);
        if (report.Faults > 0)
            return End(report, "nothing restored, take another backup: ");
        files.DeleteViews();
        copy.Keep();
        return End(report, $"{files.LogPath} written, ");
    });

    private int Run(Func<GatewaySettings, int> work)
    {
        try
        {
            // Certificates are of no concern here, so a configuration without them is read as well.
            return work(SettingsLoader.Load(configPath, true));
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine($"{verb}: stopped, nothing was changed");
        }
        catch (Exception e) when (e is StartException or StoreUnavailableException or StoreDamagedException or FormatException or IOException or UnauthorizedAccessException or SqliteException)
        {
            errors.WriteLine($"{verb}: {e.Message}");
        }
        return GatewayHost.ExitNotStarted;
    }

    private AuditReport Audit(string path, GatewaySettings settings, CancellationToken cancel, string? head = null) =>
        new LogAudit(path, Macs(settings), HeadOf(head), Progress("entries checked"), cancel).Run();

    private Dictionary<string, IBlockMac[]> Macs(GatewaySettings settings)
    {
        var keys = settings.NodeKeys.Select(n => (Node: n.Key, Key: n.Value)).ToList();
        foreach (string former in formerKeys)
        {
            string[] parts = former.Split('=', 2);
            if (parts.Length < 2)
                throw new FormatException($"--key '{former}' names no file: write it like node-01=keys/node-01.old.key.");
            keys.Add((parts[0], KeyOf(parts[1])));
        }
        return keys.GroupBy(k => k.Node, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(k => (IBlockMac)new HmacBlockMac(k.Node, k.Key)).ToArray(), StringComparer.Ordinal);
    }

    private static LogHead? HeadOf(string? text)
    {
        if (text == null)
            return null;
        string[] parts = text.Trim().Split(':');
        if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long entry)
            && parts[1].Length == 2 * LogChain.HashBytes && parts[1].All(char.IsAsciiHexDigit))
            return new LogHead(entry, parts[1].ToLowerInvariant());
        throw new FormatException($"--head '{text}' is none: write it as verify, backup or /api/v1/status told it, the entry, a colon and 64 hexadecimal digits.");
    }

    private static byte[] KeyOf(string path)
    {
        string text = File.ReadAllText(path).Trim();
        return text.Length == 2 * HmacBlockMac.KeyBytes && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new FormatException($"--key: {path} holds no key: 64 hexadecimal digits.");
    }

    private int End(AuditReport report, string done)
    {
        foreach (string fault in report.FaultsTold)
            errors.WriteLine($"{verb}: {fault}");
        if (report.Faults > report.FaultsTold.Count)
            errors.WriteLine($"{verb}: and {report.Faults - report.FaultsTold.Count} faults more");
        if (json)
            output.WriteLine(JsonSerializer.Serialize(report, Options));
        var lines = json ? errors : output;
        foreach (var node in report.Nodes)
            lines.WriteLine(Invariant($"{verb}: {node.Node}: {node.Blocks} blocks, {node.Readings} readings, {node.Missing} of them missing, {node.Events} events, {node.Absent} sequences absent{PrunedOf(node.Pruned)}"));
        foreach (var place in report.Destinations)
            lines.WriteLine(Invariant($"{verb}: {place.Destination}: at entry {place.Entry}, {place.Accepted} accepted, {place.Rejected} rejected"));
        if (report.Entries > 0)
            lines.WriteLine($"{verb}: head {report.Head}");
        lines.WriteLine(Invariant($"{verb}: {done}{report.Nodes.Count} nodes, {report.Entries} entries, {report.Readings} readings, {report.Events} events{PrunedOf(report.Pruned)}, faults {report.Faults}, digest {report.Digest}"));
        return report.Faults == 0 ? 0 : ExitFaults;
    }

    private static string PrunedOf(long readings) => readings > 0 ? Invariant($", {readings} readings pruned") : "";

    private Action<long, long> Progress(string what) => (done, all) =>
    {
        if (Stopwatch.GetElapsedTime(_told) < TellEvery)
            return;
        _told = Stopwatch.GetTimestamp();
        errors.WriteLine(Invariant($"{verb}: {done:N0} of {all:N0} {what}"));
    };

    private static string LogPath(GatewaySettings settings) => Path.Combine(settings.DataFolder, "log.db");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
