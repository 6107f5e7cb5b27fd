namespace EdgeMeters.Gateway.Store;

/// <summary>A database file does not hold what was written to it.</summary>
public sealed class StoreDamagedException(string path, Exception inner) : Exception(
    $"{path} is damaged ({inner.Message}). Nothing was changed. Restore the data folder from its backup, or move this file away to begin "
    + "anew: the nodes still hold their latest weeks and a new log takes them again.", inner)
{
    /// <summary>The damaged file.</summary>
    public string Path { get; } = path;
}
