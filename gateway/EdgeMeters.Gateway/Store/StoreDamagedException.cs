namespace EdgeMeters.Gateway.Store;

/// <summary>A database file does not hold what was written to it.</summary>
public sealed class StoreDamagedException(string path, Exception inner) : Exception(
    $"{path} is damaged ({inner.Message}). Nothing was changed. Restore the data folder from its backup, or move this file away to begin "
    + "anew with what the nodes have not delivered yet, and keep it: what can be read of it is evidence.", inner)
{
    /// <summary>The damaged file.</summary>
    public string Path { get; } = path;
}
