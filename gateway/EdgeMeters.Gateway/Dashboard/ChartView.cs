namespace EdgeMeters.Gateway.Dashboard;

/// <summary>Which stretch of a point's series the chart shows, and in what steps. Defaults suit periods from a second to a day.</summary>
internal readonly record struct ChartView(uint FromUtcSeconds, uint ToUtcSeconds, int StepSeconds)
{
    private const int Minutes15 = 900;
    private const int Hour = 3600;
    private const int Day = 86_400;
    public const int Year = 365 * Day;

    /// <summary>More bars than this are thinner than a pixel on most screens: an hour of 2-second intervals still is bars, a month of quarter hours is hours.</summary>
    private const int BarsMax = 2_500;

    private static readonly int[] LongRanges = [Day, 7 * Day, 31 * Day, Year];
    private static readonly int[] AllRanges = [Minutes15, Hour, .. LongRanges];

    /// <summary>A quarter of an hour and an hour are offered where they hold more than a few intervals.</summary>
    public static int[] Ranges(int periodSeconds) => periodSeconds is > 0 and < 60 ? AllRanges : LongRanges;

    public static int DefaultRange(int periodSeconds) => Ranges(periodSeconds)[0];

    /// <summary>The finest step of which the screen has room for all. 0 stands for the intervals themselves.</summary>
    public static int DefaultStep(int rangeSeconds, int periodSeconds)
    {
        var steps = Steps(rangeSeconds, periodSeconds);
        foreach (int step in steps)
        {
            if (rangeSeconds / Math.Max(1, step == 0 ? periodSeconds : step) <= BarsMax)
                return step;
        }
        return steps[^1];
    }

    /// <summary>From fine to coarse.</summary>
    public static int[] Steps(int rangeSeconds, int periodSeconds)
    {
        if (rangeSeconds < Day || periodSeconds >= Day)
            return [0];
        if (rangeSeconds < 7 * Day)
            return periodSeconds < Hour ? [0, Hour] : [0];
        return periodSeconds < Hour ? [0, Hour, Day] : [0, Day];
    }

    /// <summary>Hours and days are shown whole, cut in the pages' own offset: otherwise the first would look incomplete.</summary>
    public static ChartView EndingAt(long endUtcSeconds, int rangeSeconds, int stepSeconds)
    {
        long to = endUtcSeconds;
        if (stepSeconds > 0)
        {
            long past = (to + (long)Display.Offset.TotalSeconds) % stepSeconds;
            to += past == 0 ? 0 : stepSeconds - past;
        }
        to = Math.Clamp(to, 1, uint.MaxValue);
        return new ChartView((uint)Math.Max(0, to - rangeSeconds), (uint)to, stepSeconds);
    }
}
