namespace EdgeMeters.Gateway.Api;

/// <summary>Bounds of every request to the API. A bound that is hit is refused by name or told in the reply.</summary>
public static class ApiLimits
{
    /// <summary>Longest range of a request: a year, with its leap day.</summary>
    public const int RangeDaysMax = 366;

    /// <summary>Intervals of one reply. A year of 15-minute intervals is 35,136; a longer series goes on at the reply's next address.</summary>
    public const int IntervalsMax = 50_000;

    /// <summary>Metering points of one reply.</summary>
    public const int PointsMax = 10_000;

    public const int PointsDefault = 1_000;

    /// <summary>Events of one reply.</summary>
    public const int EventsMax = 1_000;

    public const int EventsDefault = 200;

    /// <summary>Nodes of one reply.</summary>
    public const int NodesMax = 10_000;

    public const int NodesDefault = 1_000;

    /// <summary>Bytes of a request's body: a command takes about a hundred.</summary>
    public const int BodyBytesMax = 4096;

    /// <summary>Bytes of an edit: a month of intervals with room.</summary>
    public const int EditBytesMax = 512 * 1024;

    /// <summary>Points below one that are balanced against it.</summary>
    public const int ChildrenMax = 1_000;

    /// <summary>Points of one reply about completeness, each of which takes some milliseconds a month.</summary>
    public const int CompletenessMax = 500;

    public const int CompletenessDefault = 100;

    /// <summary>Parts per thousand by which a balance may be off by default: two meters of class 1 each.</summary>
    public const int ToleranceDefault = 20;

    /// <summary>Unassigned meters of one reply.</summary>
    public const int UnassignedMetersMax = 10_000;

    /// <summary>Characters of what a caller sent that an answer repeats.</summary>
    public const int EchoCharsMax = 80;

    /// <summary>Largest offset from UTC in use anywhere, 14 h.</summary>
    public const int OffsetSecondsMax = 14 * 3600;

    /// <summary>Default range of intervals and of hours.</summary>
    public const int RangeDefaultSeconds = 86_400;

    /// <summary>Default range of days: the longest month.</summary>
    public const int RangeOfDaysDefaultSeconds = 31 * 86_400;

    /// <summary>East of UTC, China Standard Time: days are cut there unless the caller says otherwise.</summary>
    public const int OffsetDefaultSeconds = 8 * 3600;
}
