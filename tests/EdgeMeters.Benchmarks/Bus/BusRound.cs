namespace EdgeMeters.Benchmarks.Bus;

/// <summary>What a contender made of one round.</summary>
/// <param name="Ms">How long it took, by the contender's own clock.</param>
/// <param name="Registers">By read, the number in its two registers; null where there was an error.</param>
internal sealed record BusRound(double Ms, long?[] Registers);
