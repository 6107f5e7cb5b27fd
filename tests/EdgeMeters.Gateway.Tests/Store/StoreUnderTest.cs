using System.Text.Json;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>The store in a folder of its own, as the service opens it.</summary>
internal sealed class StoreUnderTest : IDisposable
{
    private readonly TempFolder _folder = new();
    private StoreFiles _files = null!;
    private LogStore _log = null!;
    private Projector? _projector;
    private string? _restored;

    public StoreUnderTest()
    {
        Open();
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(NodeUnderTest.NewYear));

    /// <summary>Where it began.</summary>
    public string FirstFolder => Path.Combine(_folder.Path, "store");

    public string Folder => _restored ?? FirstFolder;

    public StoreFiles Files => _files;

    public LogStore Log => _log;

    public ForwarderProgress Progress { get; } = new(["utility"]);

    /// <summary>Started when first asked for, so that a test may fill the log before.</summary>
    public Projector Projector => _projector ??= new Projector(_files, _log, NullLogger<Projector>.Instance);

    public ViewQueries Queries => new(_files, Progress, () => null);

    public ProfileViews Profiles => new(_files, RuleBook.Usual);

    public static MeteringPoint PointOf(string id, string meter) => new(id, id, Carrier.Power, meter, "1-0:1.8.0");

    public Task<Receipt> AppendAsync(IncomingBlock block) => _log.AppendAsync(block, CancellationToken.None);

    public async Task AppendAsync(IEnumerable<IncomingBlock> blocks)
    {
        foreach (var block in blocks)
            await AppendAsync(block);
    }

    public Task<Receipt> RegisterAsync(params MeteringPoint[] points) =>
        _log.AppendRegistryAsync(JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<MeteringPoint>>(points), CancellationToken.None);

    /// <summary>Waits until the projections have taken in all that was committed.</summary>
    public async Task<ViewQueries> ProjectedAsync()
    {
        await Deadline.UntilAsync(() => Projector.Entry >= _log.LastEntry || Projector.Error != null, "the projections to follow the log");
        Assert.Null(Projector.Error);
        return Queries;
    }

    /// <summary>As after a restart of the process.</summary>
    public void Reopen(bool removeViews = false)
    {
        Close();
        if (removeViews)
            Directory.GetFiles(Folder, "views.db*").ToList().ForEach(File.Delete);
        Open();
    }

    /// <summary>As on another machine: goes on in a folder that was restored.</summary>
    public void Reopen(string folder)
    {
        Close();
        _restored = folder;
        Open();
    }

    /// <summary>All rows of the projections as text, table by table.</summary>
    public string[] DumpViews() => DumpViews(_files);

    public static string[] DumpViews(StoreFiles files)
    {
        using var connection = files.OpenViewsReader();
        var lines = new List<string>();
        foreach (string table in new[] { "state", "series", "channel", "reading_day", "span", "event", "waiting", "pruned", "late", "point", "meter_register", "assignment" })
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            using var rows = command.ExecuteReader();
            while (rows.Read())
                lines.Add(table + ": " + string.Join(" | ", Enumerable.Range(0, rows.FieldCount).Select(i => Text(rows, i))));
        }
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }

    private static string Text(SqliteDataReader rows, int column) =>
        rows.GetValue(column) is byte[] blob ? Convert.ToHexString(blob) : rows.GetValue(column).ToString()!;

    private void Open()
    {
        _files = StoreFiles.Open(Folder);
        _log = new LogStore(_files, Time);
    }

    private void Close()
    {
        _projector?.Dispose();
        _projector = null;
        _log.Dispose();
        _files.Dispose();
    }
}
