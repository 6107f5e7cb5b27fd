using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Update;

namespace EdgeMeters.Firmware.Tests.Update;

public sealed class HealthyHourTests
{
    private const int IntervalSeconds = 900;
    private const long IntervalMs = 1000L * IntervalSeconds;

    private readonly VirtualClock _clock = new();

    [Fact]
    public void An_hour_of_rows_with_a_receipt_is_healthy_and_not_a_minute_less()
    {
        HealthyHour hour = new(_clock, IntervalSeconds);
        Assert.Equal(TrialVerdict.Open, Interval(hour));
        hour.NoteReceipt();
        Assert.Equal(TrialVerdict.Open, Interval(hour));
        Assert.Equal(TrialVerdict.Open, Interval(hour));
        Assert.Equal(TrialVerdict.Open, Interval(hour));
        _clock.Advance(IntervalMs - 1);
        Assert.Equal(TrialVerdict.Open, hour.Judge());
        _clock.Advance(1);
        hour.NoteRow();
        Assert.Equal(TrialVerdict.Healthy, hour.Judge());
    }

    [Fact]
    public void Without_a_receipt_there_is_no_confirmation_and_after_a_day_the_node_goes_back()
    {
        HealthyHour hour = new(_clock, IntervalSeconds);
        for (int i = 0; i < 96; i++)
            Assert.Equal(TrialVerdict.Open, Interval(hour));
        Assert.Equal(TrialVerdict.Failed, Interval(hour));
    }

    [Fact]
    public void A_receipt_on_the_last_day_of_a_dark_link_still_confirms()
    {
        HealthyHour hour = new(_clock, IntervalSeconds);
        for (int i = 0; i < 90; i++)
            Interval(hour);
        hour.NoteReceipt();
        Assert.Equal(TrialVerdict.Healthy, Interval(hour));
    }

    [Fact]
    public void A_missing_row_or_trouble_begins_the_hour_anew()
    {
        foreach (bool isTrouble in new[] { false, true })
        {
            HealthyHour hour = new(_clock, IntervalSeconds);
            for (int i = 0; i < 4; i++)
                Interval(hour);
            hour.NoteReceipt();
            if (isTrouble)
                hour.NoteTrouble();
            else
                _clock.Advance(IntervalMs);
            // After trouble the hour counts from there, after a gap from the first row behind it.
            for (int i = isTrouble ? 1 : 0; i < 4; i++)
            {
                Assert.Equal(TrialVerdict.Open, Interval(hour));
                hour.NoteReceipt();
            }
            Assert.Equal(TrialVerdict.Healthy, Interval(hour));
        }
    }

    [Fact]
    public void When_rows_stop_or_never_come_the_trial_ends_long_before_the_day()
    {
        HealthyHour never = new(_clock, IntervalSeconds);
        HealthyHour stopped = new(_clock, IntervalSeconds);
        Interval(stopped);
        _clock.Advance(2 * IntervalMs);
        Assert.Equal(TrialVerdict.Open, stopped.Judge());
        _clock.Advance(IntervalMs + HealthyHour.GraceMs + 1);
        Assert.Equal(TrialVerdict.Failed, stopped.Judge());
        Assert.Equal(TrialVerdict.Failed, never.Judge());
    }

    [Fact]
    public void A_node_that_reads_once_a_day_has_two_intervals()
    {
        HealthyHour hour = new(_clock, 86400);
        for (int day = 0; day < 3; day++)
        {
            _clock.Advance(86400_000);
            hour.NoteRow();
            hour.NoteReceipt();
            Assert.Equal(day < 2 ? TrialVerdict.Open : TrialVerdict.Healthy, hour.Judge());
        }
    }

    private TrialVerdict Interval(HealthyHour hour)
    {
        _clock.Advance(IntervalMs);
        hour.NoteRow();
        return hour.Judge();
    }
}
