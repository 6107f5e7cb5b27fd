using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>A few metering points with every kind of interval that the pages and the API must tell apart.</summary>
internal static class Street
{
    public const string Power = "DY-0001";
    public const string Water = "DY-0002";
    public const string Gas = "DY-0003";
    public const string NeverRead = "DY-0009";
    public const string Node = "node-07";
    public const int PeriodSeconds = 900;

    /// <summary>The end of the street's latest interval: 2026-03-01 08:00 in China.</summary>
    public static readonly DateTimeOffset End = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="end">End of the latest interval.</param>
    /// <param name="days">How far back the readings go.</param>
    public static MemoryQueries Build(DateTimeOffset end, int days = 3)
    {
        var queries = new MemoryQueries();
        int count = days * 86_400 / PeriodSeconds;
        queries.Add(new MeteringPoint(Power, "黄河路 12 号", Carrier.Power, "000012345678", "1-0:1.8.0"), Unit.Wh, PeriodSeconds,
            Series(end, count, 0, 250, (5, IntervalQuality.Suspect), (9, IntervalQuality.TooHigh)));
        queries.Add(new MeteringPoint(Water, "School kitchen", Carrier.Water, "W-4410-7", "8-0:1.0.0"), Unit.Litre, PeriodSeconds,
            Series(end, count, 1, 40, (3, IntervalQuality.Gap), (4, IntervalQuality.Missing), (5, IntervalQuality.Missing)));
        queries.Add(new MeteringPoint(Gas, "Boiler house", Carrier.Gas, "G4-7781234", "7-0:3.0.0"), Unit.Litre, PeriodSeconds,
            Series(end, count, 2, 120, (0, IntervalQuality.Decreased)));
        queries.Add(new MeteringPoint(NeverRead, "New building", Carrier.Heat, "K602-99120", "6-0:1.0.0"), Unit.Wh, PeriodSeconds, []);
        queries.Unassigned.Add(new UnassignedMeter("000077777777", "1-0:1.8.0", Node, 512));
        queries.Forwarders.Add(new ForwarderStatus("file-daily", 1200, 0, 0, null));
        queries.Forwarders.Add(new ForwarderStatus("mqtt-headend", 800, 14, 3, "Connection refused; trying again in 30 s"));
        uint now = (uint)end.ToUnixTimeSeconds();
        queries.Told.Add(new NodeEvent(Node, 1, 2, now - 60, EventCode.MeterSilent, "W-4410-7", 2, 0));
        queries.Told.Add(new NodeEvent(Node, 1, 1, now - 90_000, EventCode.Started, null, -1, 1));
        return queries;
    }

    /// <summary>Intervals that end at <paramref name="end"/>; the marks count back from the latest, which is 0.</summary>
    public static IEnumerable<IntervalReading> Series(
        DateTimeOffset end, int count, byte channel, long amount, params (int Back, IntervalQuality Quality)[] marks)
    {
        uint last = (uint)end.ToUnixTimeSeconds();
        long register = 1_000_000;
        long seconds = 0;
        for (int at = 0; at < count; at++)
        {
            int back = count - 1 - at;
            var quality = at == 0 ? IntervalQuality.First : marks.FirstOrDefault(mark => mark.Back == back).Quality;
            bool isMissing = quality.HasFlag(IntervalQuality.Missing);
            seconds = at == 0 ? 0 : seconds + PeriodSeconds;
            long used = amount * seconds / PeriodSeconds;
            if (!isMissing)
                register += used;
            bool isStated = !isMissing && at > 0 && !quality.HasFlag(IntervalQuality.Decreased);
            yield return new IntervalReading(
                new ReadingId(Node, 1, (uint)at, channel), last - (uint)(back * PeriodSeconds), seconds,
                isMissing ? null : register, isStated ? used : null, quality);
            if (!isMissing)
                seconds = 0;
        }
    }
}
