using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Forward.CsvFiles;

/// <summary>Writes intervals to CSV files, one file a day: <c>intervals-YYYY-MM-DD.csv</c>. Every key once, through any crash.</summary>
/// <remarks>
/// <para>The day is that of the interval's end at <see cref="CsvFilesOptions.OffsetSeconds"/>; an interval that ends at midnight opens the
/// new day. Text is UTF-8, lines end with CR LF (RFC 4180), each file begins with a header line, several quality words or codes in one
/// field stand apart by <c>|</c>. Late readings are appended to the file of their day, however old it is.</para>
/// <para>Exactly once. The gateway settles a batch after we answered; a crash between makes it give the batch again, perhaps cut
/// otherwise, with the position of the batch before. So what an unsettled batch appended must be found and cut off, in whatever files it
/// was. The position cannot list them: they were chosen after it was stored, and the lengths of all files would grow for ever. Therefore an
/// undo note stands in the directory (<see cref="LastBatch"/>): the number of the latest batch begun and the lengths that its files had
/// before. It is on disk before the first byte is appended. The position is only the number of the last settled batch:</para>
/// <list type="bullet">
/// <item>note = position: the latest batch is settled, nothing to do;</item>
/// <item>note = position + 1: its batch is not settled; each of its files is cut to its length before (a file that the batch made is
/// deleted), be it a whole batch, a part, half a line or zeros after a power cut; doing it twice does no harm;</item>
/// <item>anything else, or another series: directory and gateway do not belong together (a second gateway, a restored backup, a blank
/// gateway on an old directory). Nothing is touched; the error says what people have to decide;</item>
/// <item>no note: the directory is new or was cleared; all files in it count as settled and are only ever appended to.</item>
/// </list>
/// <para>Only files named in the note can hold unsettled bytes, since the note is replaced only after its batch was settled or undone. So
/// both the position and the note stay small for ever: the note has one entry for each day in one batch.</para>
/// <para>Files may be taken away at any time, by renaming or moving: what is settled is never written again, and a late reading of that day
/// begins a new file with a header. A file taken in the instant between append and settlement may hold rows that come again with the same
/// key, if the gateway dies in that instant. A file that is copied in place may end with rows not yet settled, which may be cut and come
/// again unchanged; so load by key, or copy days that are over. A file that another program leaves in the middle of a line is not touched.</para>
/// </remarks>
public sealed class CsvFilesForwarder : IForwarder
{
    private const string LockFileName = ".edgemeters-lock";

    private static readonly string[] Columns =
    [
        "key", "point", "meter", "register", "end_utc", "seconds", "register_value", "consumption", "unit", "quality", "quality_codes",
        "revision",
    ];

    private readonly CsvFilesOptions _options;
    private readonly string _directory;
    private FileStream? _lock;

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public CsvFilesForwarder(CsvFilesOptions options)
    {
        options.Check();
        _options = options;
        _directory = Path.GetFullPath(options.Directory);
    }

    public string Name => _options.Name;

    /// <summary>Cancelled only before the first byte: a batch that was begun is finished.</summary>
    public Task<ForwardResult> SendAsync(IReadOnlyList<ForwardItem> items, string? position, CancellationToken cancel) =>
        Task.Run(() => Send(items, position), cancel);

    public ValueTask DisposeAsync()
    {
        _lock?.Dispose();
        _lock = null;
        return ValueTask.CompletedTask;
    }

    private ForwardResult Send(IReadOnlyList<ForwardItem> items, string? position)
    {
        try
        {
            Directory.CreateDirectory(_directory);
            Lock();
            var settled = position is null ? new CsvPosition(items[0].Key, 0) : CsvPosition.Parse(position);
            if (LastBatch.Read(_directory) is { } last)
            {
                if (last.Series != settled.Series || last.Batch != settled.Batch && last.Batch != settled.Batch + 1)
                    return ForwardResult.AllRetry(items.Count, position, Strangers(settled, last));
                if (last.Batch == settled.Batch + 1)
                    last.Undo(_directory);
            }
            var next = settled with { Batch = settled.Batch + 1 };
            Append(items, next);
            return ForwardResult.AllAccepted(items.Count, next.ToString());
        }
        catch (JsonException e)
        {
            return ForwardResult.AllRetry(items.Count, position,
                $"Forwarder '{Name}': its position or {Path.Combine(_directory, LastBatch.FileName)} is damaged: {e.Message} "
                + "If it is the file: compare the ends of the newest day files with the head-end, cut what it lacks, then delete the file.");
        }
        catch (UnauthorizedAccessException e)
        {
            return ForwardResult.AllRetry(items.Count, position,
                $"The directory {_directory} cannot be written: {e.Message} Give it to the gateway's user (chown), or set another.");
        }
        catch (IOException e)
        {
            return ForwardResult.AllRetry(items.Count, position,
                $"The directory {_directory} takes no intervals: {e.Message} Is its disk full, read-only or not mounted?");
        }
    }

    // Two forwarders in one directory would cut each other's rows.
    private void Lock()
    {
        if (_lock is not null)
            return;
        string path = Path.Combine(_directory, LockFileName);
        try
        {
            _lock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"{path} cannot be locked, so another gateway writes here: {e.Message} Give each its own directory.", e);
        }
    }

    private string Strangers(CsvPosition settled, LastBatch last) =>
        $"The directory {_directory} was written up to batch {last.Batch} of series {last.Series}, but this gateway settled {settled.Batch} of "
        + $"{settled.Series}: another gateway's directory, or one of the two was restored from a backup. Choose an empty directory, or move "
        + $"the files away together with {LastBatch.FileName} and load them by key.";

    private void Append(IReadOnlyList<ForwardItem> items, CsvPosition next)
    {
        var days = items.GroupBy(item => DayFile(item.Interval.EndUtcSeconds), StringComparer.Ordinal)
            .Select(day => (File: day.Key, Items: day)).ToList();
        var lengths = days.ToDictionary(day => day.File, day => LengthOf(day.File), StringComparer.Ordinal);
        new LastBatch(next.Series, next.Batch, lengths).Write(_directory);
        foreach (var (file, dayItems) in days)
            AppendTo(file, lengths[file] ?? 0, dayItems);
        if (lengths.ContainsValue(null))
            DurableDirectory.Flush(_directory);
    }

    private string DayFile(uint endUtcSeconds) => DateTimeOffset.FromUnixTimeSeconds(endUtcSeconds + (long)_options.OffsetSeconds)
        .ToString("'intervals-'yyyy-MM-dd'.csv'", CultureInfo.InvariantCulture);

    private long? LengthOf(string file)
    {
        string path = Path.Combine(_directory, file);
        if (!File.Exists(path))
            return null;
        using var stream = File.OpenRead(path);
        if (stream.Length == 0)
            return 0;
        stream.Seek(-1, SeekOrigin.End);
        if (stream.ReadByte() != '\n')
            throw new IOException($"{file} ends in the middle of a line, which another program left there. Mend it or move it away.");
        return stream.Length;
    }

    private void AppendTo(string file, long lengthBefore, IEnumerable<ForwardItem> items)
    {
        byte[] lines = Render(items, withHeader: lengthBefore == 0);
        // Without a buffer of its own: after a failed write nothing may be left that a later flush would bring.
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, BufferSize = 0 };
        using var stream = new FileStream(Path.Combine(_directory, file), options);
        // Taken away since the note was written: the length in it would cut the file that begins now.
        if (stream.Length != lengthBefore)
            throw new IOException($"{file} was changed or taken away by another program in this very moment; it is tried again.");
        stream.Write(lines);
        stream.Flush(flushToDisk: true);
    }

    private static byte[] Render(IEnumerable<ForwardItem> items, bool withHeader)
    {
        using var lines = new MemoryStream();
        using (var writer = new StreamWriter(lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true))
        using (var csv = new CsvWriter(writer, CultureInfo.InvariantCulture))
        {
            if (withHeader)
                WriteHeader(csv);
            foreach (var item in items)
                WriteRow(csv, item);
        }
        return lines.ToArray();
    }

    private static void WriteHeader(CsvWriter csv)
    {
        foreach (string column in Columns)
            csv.WriteField(column);
        csv.NextRecord();
    }

    private static void WriteRow(CsvWriter csv, ForwardItem item)
    {
        var interval = item.Interval;
        csv.WriteField(item.Key);
        csv.WriteField(item.Point.Id);
        csv.WriteField(item.Point.MeterSerial);
        csv.WriteField(item.Point.Register);
        csv.WriteField(UtcText.Of(interval.EndUtcSeconds));
        csv.WriteField(interval.Seconds);
        csv.WriteField(interval.Register);
        csv.WriteField(interval.Consumption);
        csv.WriteField(Symbols.Of(item.Unit));
        csv.WriteField(string.Join('|', QualityCodes.Words(interval.Quality)));
        csv.WriteField(string.Join('|', QualityCodes.Codes(interval.Quality)));
        csv.WriteField(item.Revision);
        csv.NextRecord();
    }
}
