using EdgeMeters.Gateway.Core;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>The two databases of a data folder, opened with a clear word for everything that can be wrong with them.</summary>
/// <remarks>
/// <c>log.db</c> is the truth: blocks as they came, registry documents, settlements; append-only, every commit on disk before anyone is
/// told. <c>views.db</c> is made from it and can be thrown away: its commits may be lost in a power cut, and are then made again.
/// </remarks>
public sealed class StoreFiles : IDisposable
{
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    private readonly FileStream? _lock;
    private readonly IStoreDisk? _disk;

    private StoreFiles(string folder, FileStream? folderLock, IStoreDisk? disk = null)
    {
        Folder = folder;
        _lock = folderLock;
        _disk = disk;
    }

    public string Folder { get; }

    public string LogPath => Path.Combine(Folder, "log.db");

    public string ViewsPath => Path.Combine(Folder, "views.db");

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be made, written or locked; the message says what to do.</exception>
    public static StoreFiles Open(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string lockPath = Path.Combine(folder, "gateway.lock");
            var folderLock = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new StoreFiles(folder, folderLock);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreUnavailableException(
                $"The data folder {folder} cannot be written by this user. Give it to the gateway's user (chown) or set dataFolder to another.", e);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException(
                $"The data folder {folder} cannot be used: {e.Message} Is another gateway running on it, or its file system read-only or missing?", e);
        }
    }

    /// <summary>The databases on a disk that is not the machine's.</summary>
    internal static StoreFiles OpenOn(IStoreDisk disk) => new("", null, disk);

    /// <summary>A folder that another process may own, to read from.</summary>
    /// <exception cref="StoreUnavailableException">There is no gateway's data in it.</exception>
    public static StoreFiles OpenToRead(string folder)
    {
        var files = new StoreFiles(folder, null);
        return File.Exists(files.LogPath) && File.Exists(files.ViewsPath)
            ? files
            : throw new StoreUnavailableException($"{folder} holds no readings: no gateway has run on it yet. Check dataFolder.");
    }

    /// <summary>Opens the log for writing: WAL, and every commit waits for the disk.</summary>
    public SqliteConnection OpenLog() => Open(LogPath, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");

    /// <summary>Opens the log for reading.</summary>
    public SqliteConnection OpenLogReader() => Open(LogPath, "PRAGMA query_only=1;");

    /// <summary>Opens the projections for writing: WAL, commits may be made again after a power cut.</summary>
    public SqliteConnection OpenViews() => Open(ViewsPath, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");

    /// <summary>Opens the projections for reading.</summary>
    public SqliteConnection OpenViewsReader() => Open(ViewsPath, "PRAGMA query_only=1;");

    /// <summary>Opens a log wherever it lies, for reading.</summary>
    /// <exception cref="StoreUnavailableException">It is not there or cannot be opened.</exception>
    /// <exception cref="StoreDamagedException">It is no database.</exception>
    public static SqliteConnection OpenFileReader(string path) => File.Exists(path)
        ? Beside(path).Open(path, "PRAGMA query_only=1;")
        : throw new StoreUnavailableException($"{path} does not exist. Check the path, or dataFolder in the configuration.");

    /// <summary>Opens a file of its own for a copy of a log.</summary>
    public static SqliteConnection OpenNewFile(string path) => Beside(path).Open(path, "PRAGMA synchronous=FULL;");

    /// <summary>Removes the projections, which are then made anew from the log.</summary>
    public void DeleteViews()
    {
        foreach (string path in new[] { ViewsPath, ViewsPath + "-wal", ViewsPath + "-shm" })
        {
            if (_disk != null)
                _disk.Delete(path);
            else
                File.Delete(path);
        }
    }

    /// <summary>Bytes that the disk still takes.</summary>
    public long FreeBytes() => _disk?.FreeBytes ?? new DriveInfo(Folder).AvailableFreeSpace;

    public void Dispose() => _lock?.Dispose();

    /// <summary>True for an error that means the file's content is damaged, not that it is busy or the disk full.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase;

    /// <summary>Says of an error at opening what it means and what to do.</summary>
    public static Exception Explain(string path, SqliteException e) => IsDamage(e)
        ? new StoreDamagedException(path, e)
        : new StoreUnavailableException($"{path} cannot be opened: {e.Message} Check its owner, its disk and its file system.", e);

    private static StoreFiles Beside(string path) => new(Path.GetDirectoryName(Path.GetFullPath(path))!, null);

    private SqliteConnection Open(string path, string pragmas)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Vfs = _disk?.Vfs, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA busy_timeout=10000; {pragmas} PRAGMA user_version;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Explain(path, e);
        }
    }
}
