namespace EdgeMeters.Gateway.Store;

/// <summary>Says in the log which entries lost their plain readings, and what is left of them.</summary>
/// <param name="Through">Nothing behind this entry was looked at …</param>
/// <param name="IsComplete">… and all before it was, when this is true; false while there is more to prune up to it.</param>
/// <param name="Settled">The latest entry that every destination had settled when this was looked for.</param>
/// <param name="BeforeUtcSeconds">All of it was received before this.</param>
/// <param name="Readings">Registers that went.</param>
/// <param name="Entries">The entries, upwards.</param>
/// <param name="Hash">SHA-256 over what is left and noted of each (<see cref="PruningDocument.HashOf"/>), as hexadecimal digits.</param>
internal sealed record Pruning(long Through, bool IsComplete, long Settled, long BeforeUtcSeconds, long Readings, IReadOnlyList<long> Entries, string Hash)
{
    /// <summary>Entries of one pruning at most.</summary>
    public const int EntriesMax = 2048;
}
