using System.Globalization;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>One interval of one metering point on its way to a head-end.</summary>
/// <param name="Point">The metering point.</param>
/// <param name="Unit">Base unit of register and consumption.</param>
/// <param name="Interval">The interval.</param>
/// <param name="Revision">Rises when a late reading changes an interval that was sent before; the higher one counts.</param>
public sealed record ForwardItem(MeteringPoint Point, Unit Unit, IntervalReading Interval, long Revision)
{
    /// <summary>Idempotency key: the same for every repetition of this item, different for everything else.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Interval.Id}@{Revision}");
}
