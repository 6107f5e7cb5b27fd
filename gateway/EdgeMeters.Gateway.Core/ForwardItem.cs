using System.Globalization;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>One interval of one metering point on its way to a head-end.</summary>
/// <param name="Point">The metering point.</param>
/// <param name="Unit">Base unit of register and consumption.</param>
/// <param name="Interval">The interval.</param>
/// <param name="Revision">
/// Of two items for one reading the higher one counts. 0 is what every gateway says alike, whatever it held before: the interval begins with the
/// reading before it, row for row. Above 0 is what follows from more than that: a late reading changed the interval, it is a gap in time, or it begins
/// in another journal or at another node. Below 0 is what a gateway says that lacks readings within the interval, which another may have had.
/// Both rise with time, from one gateway to the one in its place as well. The lowest of all is what a gateway says that does not know how the
/// interval began.
/// </param>
public sealed record ForwardItem(MeteringPoint Point, Unit Unit, IntervalReading Interval, long Revision)
{
    /// <summary>The revision of what every gateway says alike.</summary>
    public const long First = 0;

    /// <summary>The revision of an interval whose begin is not known.</summary>
    public const long BeginUnknown = -9_000_000_000_000_000;

    /// <summary>
    /// What revisions are counted from while readings lack within the interval. Far below 0, since they count milliseconds since 1970; all can be
    /// stated by a double without loss, as JSON's readers have them.
    /// </summary>
    public const long Lacking = -4_500_000_000_000_000;

    /// <summary>Idempotency key: the same for every repetition of this item, different for everything else.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Interval.Id}@{Revision}");
}
