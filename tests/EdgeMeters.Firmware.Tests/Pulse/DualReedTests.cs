using CsCheck;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>
/// The wheel is an angle in quarters of a turn, from which the contacts follow: none, first, both, second for reeds that overlap; none, first,
/// none, second for those that do not. The oracle knows the angle; the decoder sees contacts that bounce.
/// </summary>
public sealed class DualReedTests
{
    private const int MicrosecondsMin = 10_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_turn_forward_counts_once(bool overlaps)
    {
        Wheel wheel = new(overlaps);
        wheel.Turn(4 * 25);
        Assert.Equal(25, wheel.Reed.Total);
        Assert.Empty(wheel.Events());
    }

    [Fact]
    public void What_ran_back_has_to_come_forward_again_before_anything_counts()
    {
        Wheel wheel = new(overlaps: true);
        wheel.Turn(4 * 10);
        wheel.Turn(-4 * 3);
        Assert.Equal((10, 3), (wheel.Reed.Total, wheel.Reed.Behind));
        wheel.Turn(4 * 3);
        Assert.Equal((10, 0), (wheel.Reed.Total, wheel.Reed.Behind));
        wheel.Turn(4);
        Assert.Equal(11, wheel.Reed.Total);
    }

    [Fact]
    public void Water_that_runs_back_is_told_at_each_doubling_and_anew_after_it_came_forward()
    {
        Wheel wheel = new(overlaps: true);
        wheel.Turn(4 * 2);
        for (int i = 0; i < 9; i++)
        {
            wheel.Turn(-4);
            wheel.Events();
        }
        Assert.Equal([1L, 2, 4, 8], wheel.Told.Where(told => told.Code == EventCode.ReverseFlow).Select(told => told.A));
        wheel.Turn(4 * 10);
        Assert.Equal(3, wheel.Reed.Total);
        wheel.Told.Clear();
        wheel.Turn(-4);
        Assert.Equal([(EventCode.ReverseFlow, 1L)], wheel.Events());
    }

    [Fact]
    public void A_wheel_that_rocks_at_one_reed_never_counts_whatever_bounces_and_whatever_is_lost()
    {
        Gen<bool> either = Gen.Bool;
        Gen.Select(either, Gen.Int[0, 3], either, Gen.Int[0, 5], Gen.Int[0, 1000].Array[1, 200], Gen.Int[0, 100]).Sample(
            (overlaps, start, isForward, turns, lots, lossPercent) =>
        {
            Wheel wheel = new(overlaps, start);
            wheel.Turn(4 * turns);
            long before = wheel.Reed.Total;
            int side = isForward ? 1 : -1;
            for (int i = 0; i < lots.Length; i++)
            {
                wheel.IsEdgeLost = lots[i] % 100 < lossPercent;
                wheel.BouncePairs = lots[i] % 5;
                wheel.Turn(i % 2 == 0 ? side : -side);
            }
            // At the edge where a turn is complete, it is complete the first time.
            int low = Math.Min(start, start + side);
            bool isCountingEdge = overlaps ? low is 3 or -1 : low == 2;
            return wheel.Reed.Total - before <= (isCountingEdge ? 1 : 0);
        });
    }

    [Fact]
    public void However_the_wheel_turns_the_count_is_the_furthest_place_it_has_been()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[-9, 9].Array[0, 100], Gen.Int[0, 5]).Sample((start, turns, bouncePairs) =>
        {
            Wheel wheel = new(overlaps: true, start) { BouncePairs = bouncePairs };
            long angle = start;
            long furthest = start;
            foreach (int quarters in turns)
            {
                wheel.Turn(quarters);
                angle += quarters;
                furthest = Math.Max(furthest, angle);
            }
            return wheel.Reed.Total == furthest / 4 && wheel.Reed.Behind == (furthest - angle) / 4;
        });
    }

    [Fact]
    public void A_lost_position_costs_a_pulse_at_most_and_is_told()
    {
        for (int lost = 1; lost < 4 * 8; lost++)
        {
            Wheel wheel = new(overlaps: true);
            wheel.Turn(lost);
            // Too short to be believed: the next one comes before it has stood.
            wheel.IsHurried = true;
            wheel.Turn(1);
            wheel.IsHurried = false;
            wheel.Turn(4 * 10 - lost - 1);
            long doubts = wheel.Events().Where(told => told.Code == EventCode.PulsesInDoubt).Sum(told => told.A);
            Assert.InRange(wheel.Reed.Total, 10 - doubts, 10);
            Assert.Equal(1, doubts);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_magnet_at_both_reeds_counts_nothing_and_is_told_when_it_comes_and_goes(bool overlaps)
    {
        Wheel wheel = new(overlaps);
        wheel.Turn(4 * 3);
        for (int i = 0; i < 5; i++)
        {
            wheel.Told.Clear();
            wheel.Set(true, true);
            wheel.Rest(DualReed.MagnetMicroseconds);
            wheel.Events();
            wheel.Set(false, false);
            wheel.Rest(MicrosecondsMin);
            Assert.Equal([1L, 0], wheel.Events().Where(told => told.Code == EventCode.MagneticTamper).Select(told => told.A));
        }
        wheel.Turn(4);
        Assert.Equal(4, wheel.Reed.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_magnet_that_leaves_one_reed_after_the_other_counts_nothing(bool overlaps)
    {
        Wheel wheel = new(overlaps);
        wheel.Turn(4 + (overlaps ? 0 : 2));
        for (int i = 0; i < 5; i++)
        {
            wheel.Set(true, true);
            wheel.Rest(DualReed.MagnetMicroseconds);
            wheel.Set(false, true);
            wheel.Rest(5 * MicrosecondsMin);
            wheel.Set(false, false);
            wheel.Rest(5 * MicrosecondsMin);
        }
        Assert.Equal(1, wheel.Reed.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_magnet_that_passes_both_reeds_is_told_however_short_it_was_and_whenever_someone_asks(bool overlaps)
    {
        foreach (long microseconds in new long[] { MicrosecondsMin, 30_000, 10 * DualReed.MagnetMicroseconds })
        {
            Wheel wheel = new(overlaps);
            wheel.Turn(4 * 3);
            wheel.Set(true, true);
            wheel.Rest(microseconds);
            wheel.Set(false, false);
            wheel.Rest(MicrosecondsMin);
            Assert.Equal([1L, 0], wheel.Events().Where(told => told.Code == EventCode.MagneticTamper).Select(told => told.A));
            Assert.Equal(3, wheel.Reed.Total);
        }
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    public void A_contact_that_stands_while_the_other_closes_again_and_again_is_told_once_and_when_it_moves(bool overlaps, bool isFirst, bool level)
    {
        Wheel wheel = new(overlaps);
        wheel.Turn(4 * 3);
        for (int i = 0; i < 3 * DualReed.OneSidedMax; i++)
        {
            if (i == DualReed.OneSidedMax - 3)
                Assert.DoesNotContain(wheel.Events(), told => told.Code == EventCode.ContactStuck);
            bool isOther = i % 2 == 0;
            wheel.Set(isFirst ? level : isOther, isFirst ? isOther : level);
            wheel.Rest(40_000);
        }
        Assert.Equal([1L], wheel.Events().Where(told => told.Code == EventCode.ContactStuck).Select(told => told.A));
        Assert.InRange(wheel.Reed.Total, 3, 4);
        wheel.Set(false, false);
        wheel.Rest(40_000);
        wheel.Turn(4 * 2);
        Assert.Equal([1L, 0], wheel.Events().Where(told => told.Code == EventCode.ContactStuck).Select(told => told.A));
    }

    [Fact]
    public void A_wheel_that_turns_both_ways_has_no_contact_that_is_stuck()
    {
        Gen.Select(Gen.Bool, Gen.Int[-9, 9].Where(quarters => quarters is < -2 or > 2).Array[300, 600]).Sample((overlaps, turns) =>
        {
            Wheel wheel = new(overlaps);
            foreach (int quarters in turns)
                wheel.Turn(quarters);
            return wheel.Events().All(told => told.Code == EventCode.ReverseFlow);
        }, iter: 50);
    }

    [Fact]
    public void A_wheel_that_rests_where_both_reeds_are_closed_is_no_magnet()
    {
        Wheel wheel = new(overlaps: true);
        wheel.Turn(6);
        wheel.Rest(3600 * 1_000_000L);
        Assert.Empty(wheel.Events());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cut_cable_is_told_and_nothing_counts_until_it_is_whole(bool overlaps)
    {
        for (int at = 0; at < 4; at++)
        {
            Wheel wheel = new(overlaps);
            wheel.Turn(4 * 2 + at);
            wheel.Cable(isCut: true);
            wheel.Set(false, false);
            wheel.Rest(DualReed.CableMicroseconds);
            Assert.Contains((EventCode.CableCut, 1L), wheel.Events());
            wheel.Told.Clear();
            // What contacts show on broken wires.
            for (int i = 0; i < 20; i++)
            {
                wheel.Set(i % 4 is 1 or 2, i % 4 is 2 or 3);
                wheel.Rest(50_000);
            }
            wheel.Cable(isCut: false);
            wheel.Show();
            wheel.Rest(DualReed.CableMicroseconds);
            Assert.Contains((EventCode.CableCut, 0L), wheel.Events());
            wheel.Turn(4 * 5 - at);
            // The turn in which it was cut may be missing, and none is too many.
            Assert.InRange(wheel.Reed.Total, 6, 7);
        }
    }

    [Fact]
    public void A_cable_that_is_cut_and_whole_again_within_a_moment_is_not_told()
    {
        Wheel wheel = new(overlaps: true);
        wheel.Cable(isCut: true);
        wheel.Rest(DualReed.CableMicroseconds - 1);
        wheel.Cable(isCut: false);
        wheel.Rest(10 * DualReed.CableMicroseconds);
        Assert.Empty(wheel.Events());
    }

    [Fact]
    public void Asking_often_or_never_counts_the_same()
    {
        Gen.Select(Gen.Int[-9, 9].Array[0, 60], Gen.Int[0, 5]).Sample((turns, bouncePairs) =>
        {
            Wheel asked = new(overlaps: true) { BouncePairs = bouncePairs, IsAskedOften = true };
            Wheel silent = new(overlaps: true) { BouncePairs = bouncePairs };
            foreach (int quarters in turns)
            {
                asked.Turn(quarters);
                silent.Turn(quarters);
            }
            return asked.Reed.Total == silent.Reed.Total && asked.Reed.Behind == silent.Reed.Behind;
        });
    }

    /// <summary>A wheel and its two reeds.</summary>
    private sealed class Wheel
    {
        private readonly bool _overlaps;
        private long _now = 1_000_000;
        private bool _isFirst;
        private bool _isSecond;
        private long _quarters;

        public Wheel(bool overlaps, int quarters = 0)
        {
            _overlaps = overlaps;
            _quarters = quarters;
            Reed = new DualReed(overlaps, MicrosecondsMin);
            (_isFirst, _isSecond) = Contacts();
            Reed.Edge(isSecond: false, _isFirst, _now);
            Reed.Edge(isSecond: true, _isSecond, _now);
            Rest(50_000);
        }

        public DualReed Reed { get; }

        public int BouncePairs { get; set; }

        public bool IsEdgeLost { get; set; }

        public bool IsHurried { get; set; }

        public bool IsAskedOften { get; set; }

        public List<(EventCode Code, long A)> Told { get; } = [];

        public void Turn(int quarters)
        {
            for (int i = 0; i < Math.Abs(quarters); i++)
            {
                _quarters += Math.Sign(quarters);
                Show();
                Rest(IsHurried ? MicrosecondsMin / 2 : 40_000);
            }
        }

        public void Show()
        {
            (bool isFirst, bool isSecond) = Contacts();
            Set(isFirst, isSecond);
        }

        public void Set(bool isFirst, bool isSecond)
        {
            for (int contact = 0; contact < 2; contact++)
            {
                bool isClosed = contact == 0 ? isFirst : isSecond;
                bool wasClosed = contact == 0 ? _isFirst : _isSecond;
                for (int i = 0; i < BouncePairs && isClosed != wasClosed && !IsEdgeLost; i++)
                {
                    Reed.Edge(contact == 1, isClosed, _now += 300);
                    Reed.Edge(contact == 1, !isClosed, _now += 300);
                }
                if (isClosed != wasClosed && !IsEdgeLost)
                    Reed.Edge(contact == 1, isClosed, _now += 100);
            }
            (_isFirst, _isSecond) = (isFirst, isSecond);
        }

        public void Cable(bool isCut) => Reed.Cable(isCut, _now);

        public void Rest(long microseconds)
        {
            for (int i = 1; i < 20 && IsAskedOften; i++)
                Reed.Settle(_now + microseconds * i / 20);
            _now += microseconds;
            Reed.Settle(_now);
        }

        public IReadOnlyList<(EventCode Code, long A)> Events()
        {
            while (Reed.TryTakeEvent(out EventCode code, out long a))
                Told.Add((code, a));
            return Told;
        }

        private (bool IsFirst, bool IsSecond) Contacts()
        {
            int place = (int)(((_quarters % 4) + 4) % 4);
            return _overlaps ? (place is 1 or 2, place is 2 or 3) : (place == 1, place == 3);
        }
    }
}
