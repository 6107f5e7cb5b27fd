using CsCheck;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Store;

public sealed class DayRunsTests
{
    private static readonly Gen<long> Register = Gen.Frequency((8, Gen.Long[0, 100_000]), (1, Gen.Long), (1, Gen.OneOf(long.MinValue, long.MaxValue)));

    // A reading: steps of the sequence and of the time since the one before, register, quality, clock, channel.
    private static readonly Gen<Reading[]> Day =
        Gen.Select(Gen.UInt[1, 3], Gen.Frequency((6, Gen.Const(900)), (1, Gen.Int[1, 4_000])), Register, Gen.Byte[0, 2], Gen.Frequency((9, Gen.Const(0)), (1, Gen.Int[0, 2])),
            Gen.Frequency((9, Gen.Const(1u)), (1, Gen.UInt[1, 3])))
        .Array[1, 150].Select(steps =>
        {
            uint sequence = 0;
            long end = NodeUnderTest.NewYear;
            var readings = new List<Reading>();
            foreach (var (step, seconds, register, quality, clock, channel) in steps)
            {
                sequence += step == 3 ? step : 1;
                end += seconds;
                if (end > NodeUnderTest.NewYear + DayRuns.SecondsPerDay)
                    end = NodeUnderTest.NewYear + 1;
                readings.Add(new Reading(channel, sequence, (uint)end, quality == (byte)Quality.Missing ? 0 : register, quality, (ClockQuality)clock));
            }
            return readings.ToArray();
        });

    [Fact]
    public void Whatever_a_day_holds_comes_back_from_its_bytes()
    {
        Day.Sample(readings =>
        {
            var runs = new DayRuns();
            foreach (var reading in readings)
                Assert.True(Add(runs, reading));
            Assert.Equal(readings.Order(), ReadingsOf(DayRuns.Decode(runs.Encode())).Order());
        }, iter: 1_000);
    }

    [Fact]
    public void A_day_is_the_same_to_the_byte_whether_it_is_decoded_between_or_not()
    {
        Day.Sample(readings =>
        {
            var whole = new DayRuns();
            var stepped = new DayRuns();
            foreach (var reading in readings)
            {
                Add(whole, reading);
                Add(stepped, reading);
                stepped = DayRuns.Decode(stepped.Encode());
            }
            Assert.Equal(whole.Encode(), stepped.Encode());
        }, iter: 200);
    }

    [Fact]
    public void A_reading_that_is_there_is_not_added_again_whatever_came_between()
    {
        Gen.Select(Day, Gen.Int[0, 1_000].Array[1, 50]).Sample((readings, repeats) =>
        {
            var runs = new DayRuns();
            foreach (var reading in readings)
                Add(runs, reading);
            byte[] before = runs.Encode();
            foreach (int repeat in repeats)
                Assert.False(Add(runs, readings[repeat % readings.Length]));
            Assert.Equal(before, runs.Encode());
        }, iter: 200);
    }

    [Fact]
    public void A_day_of_seconds_with_registers_that_jump_about_is_kept_whole()
    {
        // Above what one block of the wire holds, in rows and in bytes.
        var runs = new DayRuns();
        var random = new Random(20260101);
        var readings = new List<Reading>();
        for (uint i = 1; i <= 10_000; i++)
            readings.Add(new Reading(1, i, NodeUnderTest.NewYear + i, i < 5_000 ? random.NextInt64(long.MinValue, long.MaxValue) : i, (byte)(i % 7 == 0 ? 1 : 0), ClockQuality.Synchronised));
        foreach (var reading in readings)
            Assert.True(Add(runs, reading));
        var decoded = DayRuns.Decode(runs.Encode());
        Assert.Equal(readings, ReadingsOf(decoded));
        Assert.False(Add(decoded, readings[4_000]));
    }

    [Fact]
    public void Quarter_hours_of_a_day_are_one_run()
    {
        var runs = new DayRuns();
        for (uint i = 1; i <= 96; i++)
            Add(runs, new Reading(1, i, NodeUnderTest.NewYear + 900 * i, i * 30, 0, ClockQuality.Synchronised));
        var run = Assert.Single(runs.Runs);
        Assert.Equal((96, 900), (run.Count, run.PeriodSeconds));
        Assert.InRange(runs.Encode().Length, 1, 130);
    }

    [Fact]
    public void A_time_that_jumps_a_sequence_that_skips_and_a_clock_that_changes_begin_another_run()
    {
        var runs = new DayRuns();
        Reading[] readings =
        [
            new(1, 1, NodeUnderTest.NewYear + 900, 1, 0, ClockQuality.Synchronised), new(1, 2, NodeUnderTest.NewYear + 1_800, 2, 0, ClockQuality.Synchronised),
            new(1, 3, NodeUnderTest.NewYear + 5_400, 3, 0, ClockQuality.Synchronised), new(1, 5, NodeUnderTest.NewYear + 6_300, 4, 0, ClockQuality.Synchronised),
            new(1, 6, NodeUnderTest.NewYear + 7_200, 5, 0, ClockQuality.Unset), new(1, 7, NodeUnderTest.NewYear + 900, 6, 0, ClockQuality.Unset),
            new(2, 8, NodeUnderTest.NewYear + 1_800, 7, 0, ClockQuality.Unset),
        ];
        foreach (var reading in readings)
            Add(runs, reading);
        Assert.Equal([2, 1, 1, 1, 1, 1], runs.Runs.Select(r => r.Count));
        Assert.Equal(readings, ReadingsOf(DayRuns.Decode(runs.Encode())));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(86_400, 0)]
    [InlineData(86_401, 1)]
    [InlineData(4_294_967_295, 49_710)]
    public void An_interval_belongs_to_the_day_in_which_it_ends_and_midnight_to_the_day_before(uint end, long day)
    {
        Assert.Equal(day, DayRuns.DayOf(end));
    }

    [Fact]
    public void A_body_that_was_damaged_anywhere_is_refused()
    {
        var runs = new DayRuns();
        for (uint i = 1; i <= 20; i++)
            Add(runs, new Reading(1, i, NodeUnderTest.NewYear + 900 * i, i * i, 0, ClockQuality.Synchronised));
        byte[] body = runs.Encode();
        for (int i = 0; i < body.Length - BlockEnvelope.MacBytes; i++)
        {
            byte[] damaged = [.. body];
            damaged[i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => DayRuns.Decode(damaged));
        }
        for (int length = 1; length < body.Length; length++)
            Assert.Throws<InvalidDataException>(() => DayRuns.Decode(body[..length]));
    }

    private static bool Add(DayRuns runs, Reading reading)
    {
        var block = new ReadingBlock(1)
        {
            Epoch = 7, FirstSequence = reading.Sequence, StartUtcSeconds = reading.End, Clock = reading.Clock, Rows = 1, Channels = 1,
        };
        (block.Registers[0], block.Qualities[0]) = (reading.Register, reading.Quality);
        return runs.TryAdd(reading.Channel, block, 0, 0);
    }

    private static IEnumerable<Reading> ReadingsOf(DayRuns day) => day.Runs.SelectMany(run => Enumerable.Range(0, run.Count).Select(i =>
        new Reading(run.Channel, run.FirstSequence + (uint)i, run.EndUtcSecondsOf(i), run.RegisterOf(i), (byte)run.QualityOf(i), run.Clock)));

    private sealed record Reading(uint Channel, uint Sequence, uint End, long Register, byte Quality, ClockQuality Clock) : IComparable<Reading>
    {
        public int CompareTo(Reading? other) => Sequence.CompareTo(other!.Sequence);
    }
}
