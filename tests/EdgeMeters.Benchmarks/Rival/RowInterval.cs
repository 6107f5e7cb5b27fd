namespace EdgeMeters.Benchmarks.Rival;

/// <summary>An interval as the rival tells it: a difference of neighbouring rows, judged by nothing.</summary>
internal sealed record RowInterval(long EndUtcSeconds, long Register, long? Consumption, int Quality);
