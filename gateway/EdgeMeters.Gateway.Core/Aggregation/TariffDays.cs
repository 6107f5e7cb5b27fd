namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>Kinds of days that a tariff tells apart. A holiday is no weekday, whichever it falls on.</summary>
[Flags]
public enum TariffDays
{
    Monday = 1,
    Tuesday = 2,
    Wednesday = 4,
    Thursday = 8,
    Friday = 16,
    Saturday = 32,
    Sunday = 64,
    Holiday = 128,
    Workdays = Monday | Tuesday | Wednesday | Thursday | Friday,
    Weekend = Saturday | Sunday,
    All = Workdays | Weekend | Holiday,
}
