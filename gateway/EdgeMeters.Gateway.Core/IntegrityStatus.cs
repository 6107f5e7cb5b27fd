namespace EdgeMeters.Gateway.Core;

/// <summary>How far the log was held against its own chain of hashes since this start, and what was found.</summary>
/// <param name="Entries">Entries of the log as of the check's begin, which the check under way or the latest one goes through.</param>
/// <param name="CheckedEntries">Entries of them that were checked.</param>
/// <param name="FaultCount">Different faults found since the start of the gateway, by whichever check; counted up to 1,000.</param>
/// <param name="Faults">The first 50 of them, each with the numbers of the entries.</param>
/// <param name="FinishedUtc">When all of the log was checked last; null before the first time.</param>
/// <param name="Error">Why the latest check broke off, e.g. a disk that cannot be read; null when it did not.</param>
public sealed record IntegrityStatus(
    long Entries, long CheckedEntries, int FaultCount, IReadOnlyList<string> Faults, DateTimeOffset? FinishedUtc, string? Error)
{
    /// <summary>Before the first check.</summary>
    public static IntegrityStatus None { get; } = new(0, 0, 0, [], null, null);

    /// <summary>What is wrong and what to do, in a line; null while nothing is.</summary>
    public string? Trouble => FaultCount > 0
        ? $"the log has {FaultCount} faults: {Faults[0]}. Readings are still taken into custody. Run verify, which says more, and restore the log from a backup that has no fault; keep the damaged file, it is evidence."
        : Error;
}
