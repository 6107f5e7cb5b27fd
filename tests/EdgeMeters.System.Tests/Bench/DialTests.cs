using CsCheck;
using EdgeMeters.Bench;
using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.SystemTests.Bench;

public class DialTests
{
    private static readonly TimeSpan Instant = TimeSpan.Zero;

    [Fact]
    public void The_dial_never_falls_and_every_reading_it_showed_is_one_that_it_showed()
    {
        Gen.Select(Gen.Int, Gen.Double[0, 100_000], Gen.Int[1, 3_600_000].Array[2, 30]).Sample((seed, perHour, waitsMs) =>
        {
            FakeTimeProvider time = new();
            Dial dial = new(time, Unit.Wh, 1234, perHour, seed);
            long last = dial.Now;
            for (int i = 0; i < waitsMs.Length; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(waitsMs[i]));
                long now = dial.Now;
                Assert.True(now >= last, "the dial fell");
                Assert.True(dial.Showed(now, dial.NowUtc, Instant));
                Assert.False(dial.Showed(now + 1, dial.NowUtc, Instant));
                Assert.False(dial.Showed(now - 1, dial.NowUtc, Instant));
                if (now > last)
                    Assert.Equal(last + 1, dial.At(dial.FirstShownUtc(last + 1, dial.StartUtc, dial.NowUtc)));
                last = now;
                if (i % 3 == 1)
                    dial.Freeze();
                else
                    dial.Run();
            }
        }, iter: 300);
    }

    [Fact]
    public void A_past_instant_is_answered_as_it_was_shown_then_also_across_a_freeze()
    {
        FakeTimeProvider time = new();
        Dial dial = new(time, Unit.Litre, 0, perHour: 36_000, seed: 7);
        List<(DateTimeOffset Utc, long Reading)> seen = [];
        for (int minute = 0; minute < 60; minute++)
        {
            seen.Add((dial.NowUtc, dial.Now));
            if (minute == 20)
                dial.Freeze();
            if (minute == 40)
                dial.Run();
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.All(seen, look => Assert.Equal(look.Reading, dial.At(look.Utc)));
        Assert.Equal(seen[20].Reading, seen[40].Reading);
        Assert.True(seen[59].Reading > seen[40].Reading);
        Assert.Equal(0, dial.PerHourAt(seen[30].Utc));
    }

    [Fact]
    public void The_dial_grows_by_its_mean_rate_over_days()
    {
        FakeTimeProvider time = new();
        Dial dial = new(time, Unit.Wh, 0, perHour: 2000, seed: 3);
        time.Advance(TimeSpan.FromDays(10));
        Assert.InRange(dial.Now, 470_000, 490_000);
    }

    [Fact]
    public void A_reading_of_a_minute_ago_is_told_from_one_of_now()
    {
        FakeTimeProvider time = new();
        Dial dial = new(time, Unit.Wh, 0, perHour: 360_000, seed: 11);
        time.Advance(TimeSpan.FromHours(1));
        long stale = dial.Now;
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(dial.Showed(stale, dial.NowUtc, TimeSpan.FromSeconds(1)));
        Assert.True(dial.Showed(stale, dial.NowUtc, TimeSpan.FromSeconds(61)));
    }
}
