using System.ComponentModel;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Api;

/// <summary>The largest demand of a range.</summary>
public sealed record DemandReply(
    string Point,
    [property: Description("Unit of the demand: W, var or L/h. Null until the meter was heard of.")] string? Unit,
    [property: Description("block or sliding.")] string Window,
    int Minutes,
    [property: Description("The largest of the windows that nobody doubts; null when there is none.")] long? Demand,
    [property: Description("End of its window, UTC; the earliest of equals.")] DateTimeOffset? EndUtc,
    [property: Description("A larger one that rests on readings in doubt; null when there is none. Look at it before anybody is billed by either.")] long? Doubtful,
    DateTimeOffset? DoubtfulEndUtc,
    [property: Description("Windows that are complete.")] int Windows,
    [property: Description("Windows that are not and count for nothing.")] int IncompleteWindows)
{
    internal static DemandReply Of(string point, string? unit, string window, int minutes, DemandMaximum found) => new(
        point, unit switch { "Wh" => "W", "varh" => "var", null => null, _ => unit + "/h" }, window, minutes,
        found.Maximum?.PerHour, EndOf(found.Maximum), found.Doubtful?.PerHour, EndOf(found.Doubtful), found.Windows, found.IncompleteWindows);

    private static DateTimeOffset? EndOf(Demand? demand) =>
        demand is { } one ? DateTimeOffset.FromUnixTimeSeconds(one.Window.EndUtcSeconds) : null;
}
