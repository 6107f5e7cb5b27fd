namespace EdgeMeters.Gateway.Api;

/// <summary>The range of a request: intervals that end after the first instant and not after the second.</summary>
internal readonly record struct TimeRange(uint FromUtcSeconds, uint ToUtcSeconds)
{
    /// <summary>Without <paramref name="to"/> it ends at <paramref name="nowUtc"/>, without <paramref name="from"/> it is <paramref name="defaultSeconds"/> long.</summary>
    /// <returns>Null if the range stands; else why not.</returns>
    public static IResult? Read(string? from, string? to, DateTimeOffset nowUtc, int defaultSeconds, out TimeRange range)
    {
        range = default;
        uint toSeconds = (uint)nowUtc.ToUnixTimeSeconds();
        if (to is not null && !TimeText.TryRead(to, out toSeconds))
            return Refusal.BadTime.Because($"'to' is {Refusal.Echo(to)}.");
        uint fromSeconds = toSeconds > defaultSeconds ? toSeconds - (uint)defaultSeconds : 0;
        if (from is not null && !TimeText.TryRead(from, out fromSeconds))
            return Refusal.BadTime.Because($"'from' is {Refusal.Echo(from)}.");
        if (fromSeconds >= toSeconds)
            return Refusal.BadRange.Because($"From {TimeText.Utc(fromSeconds)} to {TimeText.Utc(toSeconds)}.");
        if (toSeconds - fromSeconds > ApiLimits.RangeDaysMax * 86_400L)
            return Refusal.RangeTooLong.Because(
                $"From {TimeText.Utc(fromSeconds)} to {TimeText.Utc(toSeconds)} is {(toSeconds - fromSeconds) / 86_400.0:0.#} days.");
        range = new TimeRange(fromSeconds, toSeconds);
        return null;
    }
}
