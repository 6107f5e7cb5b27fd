namespace EdgeMeters.Benchmarks.Ingest;

/// <summary>A broker that acknowledges what it has on disk, and the store behind it.</summary>
internal interface IDoor
{
    Task StartAsync();

    /// <summary>Returns when all that was acknowledged can be queried as well, where that is part of the contest.</summary>
    Task SettleAsync();

    /// <summary>Closes broker and store, and counts the readings on disk.</summary>
    Task<long> CloseAndCountAsync();
}
