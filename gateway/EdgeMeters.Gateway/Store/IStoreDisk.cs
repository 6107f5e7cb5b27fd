namespace EdgeMeters.Gateway.Store;

/// <summary>Where the databases lie instead of the machine's file system: a virtual file system of SQLite, known to it by name.</summary>
internal interface IStoreDisk
{
    /// <summary>Name under which it is registered with SQLite.</summary>
    string Vfs { get; }

    /// <summary>Bytes that it still takes.</summary>
    long FreeBytes { get; }

    /// <summary>Removes a file, if it is there.</summary>
    void Delete(string path);
}
