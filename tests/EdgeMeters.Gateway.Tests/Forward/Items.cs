using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Forward;

/// <summary>Intervals to forward. Each has a key of its own, and its number can be read from the key.</summary>
internal static class Items
{
    /// <summary>2026-03-01T00:00:00+08:00, where a day of the files begins.</summary>
    public const uint MidnightUtcSeconds = 1_772_294_400;

    public static readonly MeteringPoint Point = new("W-0001", "幸福路 1 号", Carrier.Water, "20260117", "8-0:1.0.0");

    /// <summary>Quarter hours, one after the other.</summary>
    public static ForwardItem[] Range(int first, int count) => [.. Enumerable.Range(first, count).Select(number => At(number))];

    public static ForwardItem At(int number, uint? endUtcSeconds = null, MeteringPoint? point = null)
    {
        uint end = endUtcSeconds ?? MidnightUtcSeconds + 900 * (uint)number;
        var interval = new IntervalReading(
            new ReadingId("node-7", 0x5f3a9c01, (uint)number, 0), end, 900, 1_000 + 3 * number, 3, IntervalQuality.Valid);
        return new ForwardItem(point ?? Point, Unit.Litre, interval, 0);
    }

    public static string[] Keys(IEnumerable<ForwardItem> items) => [.. items.Select(item => item.Key)];
}
