namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>What time is cut into, by the clocks and calendar of a zone.</summary>
public enum PeriodKind
{
    Hour = 1,
    Day = 2,
    Month = 3,
    Year = 4,
}
