using CsCheck;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>A contact looked at once an hour, or as often as a test says.</summary>
public sealed class StuckContactTests
{
    private const long Hour = 3_600_000_000;
    private const int WeekHours = 7 * 24;

    private long _now;
    private long _closures;
    private bool _isClosed;
    private StuckContact _contact = new(StuckContact.WheelMicroseconds, hasWheel: true, 0);

    private List<(long Hour, long A)> Told { get; } = [];

    [Fact]
    public void A_reed_with_a_history_is_told_after_a_week_once_and_when_it_moves_again()
    {
        Live(StuckContact.ClosuresMin, 12);
        Stand(isClosed: true, 10 * WeekHours);
        long closedHour = _now / Hour - 10 * WeekHours;
        Assert.Equal([(closedHour + WeekHours, 1L)], Told);
        Stand(isClosed: false, 1);
        Live(1, 12);
        Assert.Equal([(closedHour + WeekHours, 1L), (closedHour + 10 * WeekHours, 0)], Told);
    }

    [Fact]
    public void A_reed_at_a_point_that_rests_for_days_is_told_only_after_four_times_as_long()
    {
        const int days = 5;
        Live(StuckContact.ClosuresMin, 12);
        Stand(isClosed: false, days * 24 - 12);
        Stand(isClosed: true, 4 * days * 24);
        Assert.Empty(Told);
        Stand(isClosed: true, 1);
        Assert.Equal(1, Assert.Single(Told).A);
    }

    [Fact]
    public void A_reed_without_a_history_and_a_contact_that_stays_open_are_never_told()
    {
        Stand(isClosed: true, 52 * WeekHours);
        Assert.Empty(Told);
        StuckContactTests young = new();
        young.Live(StuckContact.ClosuresMin - 2, 12);
        young.Stand(isClosed: true, 52 * WeekHours);
        Assert.Empty(young.Told);
        StuckContactTests open = new();
        open.Live(StuckContact.ClosuresMin, 12);
        open.Stand(isClosed: false, 52 * WeekHours);
        Assert.Empty(open.Told);
    }

    [Fact]
    public void An_output_that_is_closed_at_every_look_is_not_stuck_while_it_counts()
    {
        _contact = new StuckContact(StuckContact.OutputMicroseconds, hasWheel: false, 0);
        for (int second = 1; second < 100_000; second++)
            Look(isClosed: true, ++_closures, second * 1_000_000L);
        Assert.Empty(Told);
        for (int second = 1; second <= 3599; second++)
            Look(isClosed: true, _closures, _now + 1_000_000);
        Assert.Empty(Told);
        Look(isClosed: true, _closures, _now + 1_000_000);
        Assert.Equal(1, Assert.Single(Told).A);
    }

    [Fact]
    public void However_a_contact_stands_it_is_told_by_its_own_history_alone()
    {
        Gen<int> hours = Gen.OneOf(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Int[1, 300], Gen.Int[1, 3000]);
        hours.Array[1, 90].Sample(stands =>
        {
            StuckContactTests life = new();
            List<(long Hour, long A)> expected = [];
            long start = 0;
            int longest = 0;
            bool isStuck = false;
            for (int i = 0; i < stands.Length; i++)
            {
                bool isClosed = i % 2 == 1;
                life.Stand(isClosed, stands[i]);
                if (isStuck)
                    expected.Add((start, 0));
                int needed = Math.Max(WeekHours, StuckContact.RestsMin * longest);
                isStuck = isClosed && (i + 1) / 2 >= StuckContact.ClosuresMin && stands[i] > needed;
                if (isStuck)
                    expected.Add((start + needed, 1));
                longest = Math.Max(longest, stands[i]);
                start += stands[i];
            }
            Assert.Equal(expected, life.Told);
        }, iter: 200);
    }

    // Closures that last an hour, each after a rest.
    private void Live(int closures, int restHours)
    {
        for (int i = 0; i < closures; i++)
        {
            Stand(isClosed: false, restHours);
            Stand(isClosed: true, 1);
        }
        Stand(isClosed: false, restHours);
    }

    private void Stand(bool isClosed, int hours)
    {
        _closures += isClosed && !_isClosed ? 1 : 0;
        _isClosed = isClosed;
        for (int i = 0; i < hours; i++)
        {
            Look(isClosed, _closures, _now);
            _now += Hour;
        }
    }

    private void Look(bool isClosed, long closures, long microseconds)
    {
        _now = microseconds;
        while (_contact.TryTell(isClosed, closures, microseconds, out EventCode code, out long a))
        {
            Assert.Equal(EventCode.ContactStuck, code);
            Told.Add((microseconds / Hour, a));
        }
    }
}
