namespace EdgeMeters.Gateway.Core;

/// <summary>A head-end's answer to a batch.</summary>
/// <param name="Verdicts">One for each item, in the batch's order.</param>
/// <param name="Position">Where the forwarder stands now, to be kept with the settlement and given back with the next batch; may be null.</param>
/// <param name="Error">What went wrong and what to do; null when all was accepted.</param>
public sealed record ForwardResult(IReadOnlyList<ForwardVerdict> Verdicts, string? Position, string? Error)
{
    public static ForwardResult AllAccepted(int count, string? position) =>
        new(Enumerable.Repeat(ForwardVerdict.Accepted, count).ToArray(), position, null);

    public static ForwardResult AllRetry(int count, string? position, string error) =>
        new(Enumerable.Repeat(ForwardVerdict.Retry, count).ToArray(), position, error);
}
