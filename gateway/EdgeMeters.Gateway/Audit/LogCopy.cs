using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.CsvFiles;
using EdgeMeters.Gateway.Store;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeMeters.Gateway.Audit;

/// <summary>Copies a log as it is at one moment, while others write to it.</summary>
/// <remarks>
/// The copy is one file without a WAL beside it. It is made under another name, checked by the caller, and gets its own name by
/// <see cref="Keep"/>: so a file of that name is whole and on disk.
/// </remarks>
/// <param name="target">The copy; there must be none yet.</param>
internal sealed class LogCopy(string target) : IDisposable
{
    private const string PartSuffix = ".part";
    private const int PagesPerStep = 4096;

    /// <summary>Where the copy lies until it is kept.</summary>
    public string PartPath => target + PartSuffix;

    /// <param name="progress">Told the pages copied and the pages in all.</param>
    /// <exception cref="StoreUnavailableException">It cannot be made; the message says why.</exception>
    public void Make(string source, Action<long, long> progress, CancellationToken cancel)
    {
        try
        {
            File.Delete(PartPath);
            using var from = StoreFiles.OpenFileReader(source);
            // Held open, so that the moment is the same for every page and a writer does not make the copy begin again.
            from.Execute("BEGIN");
            from.ScalarLong("SELECT max(id) FROM entry");
            using var to = StoreFiles.OpenNewFile(PartPath);
            CopyPages(from, to, progress, cancel);
            // A log is in WAL mode, which would need files beside it to be read.
            to.Execute("PRAGMA journal_mode=DELETE");
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"{source} cannot be copied to {target}: {e.Message} Check the free space there, and {source} with verify.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"{target} cannot be written: {e.Message} Check its folder and its owner.", e);
        }
    }

    /// <summary>Gives the copy its name. Returns when it survives a power cut.</summary>
    public void Keep()
    {
        using (var file = new FileStream(PartPath, FileMode.Open, FileAccess.ReadWrite))
            file.Flush(true);
        File.Move(PartPath, target, false);
        DurableDirectory.Flush(Path.GetDirectoryName(Path.GetFullPath(target))!);
    }

    /// <summary>Removes what was not kept.</summary>
    public void Dispose()
    {
        foreach (string path in new[] { PartPath, PartPath + "-journal", PartPath + "-wal", PartPath + "-shm" })
            File.Delete(path);
    }

    private static void CopyPages(SqliteConnection from, SqliteConnection to, Action<long, long> progress, CancellationToken cancel)
    {
        using var backup = raw.sqlite3_backup_init(to.Handle!, "main", from.Handle!, "main");
        int result = raw.SQLITE_OK;
        while (backup != null && (result = raw.sqlite3_backup_step(backup, PagesPerStep)) == raw.SQLITE_OK)
        {
            cancel.ThrowIfCancellationRequested();
            progress(raw.sqlite3_backup_pagecount(backup) - raw.sqlite3_backup_remaining(backup), raw.sqlite3_backup_pagecount(backup));
        }
        if (backup == null || result != raw.SQLITE_DONE)
            throw new SqliteException(raw.sqlite3_errmsg(to.Handle!).utf8_to_string() + ".", raw.sqlite3_errcode(to.Handle!));
    }
}
