namespace EdgeMeters.Benchmarks.Rival;

/// <summary>How a peer that keeps a row for each reading lays out its table.</summary>
internal enum RowSchema
{
    /// <summary>As small as SQLite can: meters numbered in a table of their own, the row within the primary key's tree.</summary>
    Keyed,

    /// <summary>As it is mostly found: serial number and register in each row, and a unique index beside the table.</summary>
    Plain,
}
