using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>What is believed, what is read again, and who waits for whom.</summary>
public sealed class BusSchedulerTests
{
    [Fact]
    public void The_first_reading_after_a_start_is_read_twice_in_two_shapes_and_later_ones_once()
    {
        BusRig rig = new(BusRig.U32(72));
        rig.Line.Asked = frame => rig.Line.Arrive(30, BusRig.Answer(frame, address => address - 71));
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal((1 << 16) + 2, rig.Readings.Registers[0]);
        Assert.Equal([2, 3], rig.Line.Requests.Select(request => (int)request.Frame[5]));
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal(3, rig.Line.Requests.Count);
    }

    [Fact]
    public void An_answer_that_comes_after_the_timeout_is_never_taken_for_the_next_ones()
    {
        // Within the quarantine, at its very end, and a little beyond what was promised, when the next request is already out.
        for (int lateMs = BusRig.TimeoutMs + 60; lateMs < BusRig.LateAnswerMsMax + 100; lateMs += 3)
        {
            BusRig rig = BusRig.Settled(BusRig.U32(72), BusRig.U32(200));
            int asked = 0;
            rig.Line.Asked = frame =>
            {
                // The first request is answered late with what is no register's; all others after 60 ms.
                if (asked++ == 0)
                    rig.Line.Arrive(lateMs, BusRig.Answer(frame, _ => 0xAAAA));
                else
                    rig.Line.Arrive(60, BusRig.Answer(frame, _ => 9));
            };
            for (int again = 0; again < 3; again++)
            {
                Assert.Equal(BusResult.Ok, rig.Read());
                Assert.Equal([0x90009, 0x90009], rig.Readings.Registers);
            }
        }
    }

    [Fact]
    public void After_a_timeout_the_meter_is_asked_in_another_shape_and_believed_when_both_agree()
    {
        BusRig rig = BusRig.Settled(BusRig.U32(72));
        int asked = 0;
        rig.Line.Asked = frame =>
        {
            if (asked++ > 0)
                rig.Line.Arrive(30, BusRig.Answer(frame, _ => 9));
        };
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal([2, 3, 2], rig.Line.Requests.Select(request => (int)request.Frame[5]));
        Assert.True(rig.Line.Requests[1].AtMs - rig.Line.Requests[0].AtMs >= BusRig.LateAnswerMsMax);
        Assert.False(rig.Reading.IsInDoubt);
    }

    [Theory]
    // Agreement; a dial that turns between the passes; a disturbed answer in front, in the middle, at the end; one that never agrees.
    [InlineData(new[] { 7, 7 }, 7)]
    [InlineData(new[] { 7, 8, 9 }, 8)]
    [InlineData(new[] { 99, 7, 7 }, 7)]
    [InlineData(new[] { 7, 99, 7, 7 }, 7)]
    [InlineData(new[] { 7, 3, 7, 8 }, 7)]
    [InlineData(new[] { 9, 8, 7, 6, 5 }, -1)]
    public void A_doubted_register_is_read_until_two_passes_agree_or_three_never_fall(int[] passes, int believed)
    {
        BusRig rig = new(BusRig.U32(72));
        int pass = 0;
        rig.Line.Asked = frame =>
        {
            int register = passes[Math.Min(pass++, passes.Length - 1)];
            rig.Line.Arrive(30, BusRig.Answer(frame, address => address == 73 ? register : 0));
        };
        Assert.Equal(believed < 0 ? BusResult.Unsteady : BusResult.Ok, rig.Read());
        Assert.Equal(passes.Length, pass);
        if (believed >= 0)
            Assert.Equal(believed, rig.Readings.Registers[0]);
    }

    [Theory]
    [InlineData(0x00090008)]
    [InlineData(0x7FFFFFFF)]
    public void A_step_that_no_meter_of_its_kind_can_make_is_asked_for_again_and_then_told_as_it_is(long next)
    {
        BusRig rig = BusRig.Settled(BusRig.U32(72));
        rig.Line.Asked = frame => rig.Line.Arrive(30, BusRig.Answer(frame, address => (int)(address == 72 ? next >> 16 : next & 0xFFFF)));
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal(next, rig.Readings.Registers[0]);
        Assert.Equal(2, rig.Line.Requests.Count);
    }

    [Fact]
    public void A_late_refusal_does_not_let_a_late_answer_through()
    {
        BusRig rig = BusRig.Settled(BusRig.U32(72));
        int asked = 0;
        rig.Line.Asked = frame =>
        {
            switch (asked++)
            {
                case 0:
                    rig.Line.Arrive(BusRig.LateAnswerMsMax + 40, BusRig.WithCrc([1, 0x84, 4]));
                    break;
                case 1:
                    rig.Line.Arrive(250, BusRig.Answer(frame, _ => 0xAAAA));
                    break;
                default:
                    rig.Line.Arrive(400, BusRig.Answer(frame, _ => 9));
                    break;
            }
        };
        rig.Read();
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal(0x90009, rig.Readings.Registers[0]);
    }

    [Fact]
    public void A_meter_that_says_later_is_asked_later_and_is_not_dead()
    {
        BusRig rig = BusRig.Settled(BusRig.U32(72));
        int asked = 0;
        rig.Line.Asked = frame => rig.Line.Arrive(30, asked++ < 2 ? BusRig.WithCrc([1, 0x84, 6]) : BusRig.Answer(frame, _ => 9));
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal(3, asked);
    }

    [Fact]
    public void A_meter_that_needs_a_pause_gets_it_and_the_others_are_asked_meanwhile()
    {
        Street street = new(gapMs: 100, 1, 2, 3);
        street.Round();
        street.Line.Requests.Clear();
        street.Line.Asked = frame => street.Line.Arrive(20, BusRig.Answer(frame, address => 0xFFFF - address));
        street.Round();
        // A fall is read twice: the second pass waits for the gap, in which the others have their first.
        Assert.Equal([1, 2, 3, 1, 2, 3], street.Line.Requests.Select(request => (int)request.Frame[0]));
        for (int unit = 1; unit <= 3; unit++)
        {
            long[] askedMs = [.. street.Line.Requests.Where(request => request.Frame[0] == unit).Select(request => request.AtMs)];
            Assert.True(askedMs[1] - askedMs[0] >= 120);
        }
    }

    [Fact]
    public void A_line_that_is_gone_fails_all_its_meters_at_once_and_comes_back()
    {
        Street street = new(gapMs: 0, 1, 2);
        street.Line.Gone = new DeviceException("unplugged");
        street.Round();
        Assert.All(street.Registers.Results, result => Assert.Equal(BusResult.LineGone, result));
        street.Line.Gone = null;
        street.Round();
        Assert.All(street.Registers.Results, result => Assert.Equal(BusResult.Ok, result));
    }

    [Fact]
    public void A_slow_meter_is_waited_for_once_it_has_shown_how_slow_it_is()
    {
        BusRig rig = new(BusRig.U32(72));
        rig.Line.Asked = frame => rig.Line.Arrive(900, BusRig.Answer(frame, _ => 9));
        Assert.Equal(BusResult.Ok, rig.Read());
        rig.Line.Requests.Clear();
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Single(rig.Line.Requests);
        Assert.InRange(rig.Reading.TimeoutMs, 900, BusRig.LateAnswerMsMax);
    }

    [Fact]
    public void Dead_meters_are_asked_last_and_cost_a_twentieth_of_the_line_at_most()
    {
        Street street = new(gapMs: 0, 1, 2, 3, 4, 5, 6, 7, 8);
        street.Dead.UnionWith([2, 5, 7]);
        for (int i = 0; i < 40; i++)
            street.Round();
        street.Line.Requests.Clear();
        long beganMs = street.Clock.MonotonicMs;
        int rounds = 0;
        for (; street.Clock.MonotonicMs < beganMs + 600_000; rounds++)
            street.Round();
        int probes = street.Line.Requests.Count(request => street.Dead.Contains(request.Frame[0]));
        Assert.InRange(probes * BusRig.LateAnswerMsMax, 20_000, (600_000 / 20) + (2 * BusRig.LateAnswerMsMax));
        // In turn, none of them more than the others.
        int[] each = [.. street.Dead.Select(unit => street.Line.Requests.Count(request => request.Frame[0] == unit))];
        Assert.InRange(each.Max() - each.Min(), 0, 1);
        Assert.Equal(rounds * 5, street.Line.Requests.Count(request => !street.Dead.Contains(request.Frame[0])));
        Assert.Equal(5, street.Registers.Results.Count(result => result == BusResult.Ok));
    }

    [Fact]
    public void Between_rounds_a_dead_meter_is_found_again()
    {
        Street street = new(gapMs: 0, 1, 2);
        street.Dead.Add(2);
        street.Round();
        Assert.True(street.Readings[1].IsDead);
        street.Dead.Clear();
        for (int i = 0; i < 200 && street.Readings[1].IsDead; i++)
        {
            street.Bus.Step(900_000, 50);
            street.Clock.Advance(200);
        }
        Assert.False(street.Readings[1].IsDead);
    }

    [Fact]
    public void No_dead_meter_is_asked_so_shortly_before_a_round_that_it_would_wait()
    {
        Street street = new(gapMs: 0, 1, 2);
        street.Dead.Add(2);
        street.Round();
        street.Line.Requests.Clear();
        for (int i = 0; i < 200; i++)
        {
            street.Bus.Step(2 * BusRig.LateAnswerMsMax, 50);
            street.Clock.Advance(200);
        }
        Assert.Empty(street.Line.Requests);
    }

    [Fact]
    public void Meters_are_read_one_setting_of_the_line_after_the_other_the_quick_first()
    {
        Street street = new(gapMs: 0, 1, 2, 3, 4);
        street.Tables[0].BaudRate = 2400;
        street.Tables[2].BaudRate = 2400;
        street.DelayMs = unit => 100 - (20 * unit);
        street.Round();
        street.Line.Requests.Clear();
        street.Line.BaudRates.Clear();
        street.Round();
        Assert.Equal([4, 2, 3, 1], street.Line.Requests.Select(request => (int)request.Frame[0]));
        Assert.Equal([9600, 2400], street.Line.BaudRates);
    }

    /// <summary>Several Modbus meters on one line, each with one register.</summary>
    private sealed class Street
    {
        public Street(int gapMs, params byte[] units)
        {
            Line = new ScriptedLine(Clock)
            {
                Asked = frame =>
                {
                    if (!Dead.Contains(frame[0]))
                        Line!.Arrive(DelayMs(frame[0]), BusRig.Answer(frame, address => address));
                },
            };
            Tables = [.. units.Select(unit => new MeterTable { Address = [unit], GapMs = gapMs })];
            Registers = new RegisterReadings([.. units.Select(_ => new ChannelLayout { RateMaxPerHour = 1000 })]);
            BusFactory factory = new(1, Line.BaudRate);
            Readings = [.. Tables.Select((table, i) => new MeterReading(
                factory.NewMeter(table, [new ModbusPoint { Function = 3, Address = 100, Type = RegisterType.U16 }]), [(byte)i], Registers))];
            Bus = new BusScheduler(
                new BusLine(Line, Clock, new LineTable { TimeoutMs = BusRig.TimeoutMs, LateAnswerMsMax = BusRig.LateAnswerMsMax }), Clock, Readings);
        }

        public VirtualClock Clock { get; } = new();

        public ScriptedLine Line { get; }

        public MeterTable[] Tables { get; }

        public RegisterReadings Registers { get; }

        public MeterReading[] Readings { get; }

        public BusScheduler Bus { get; }

        public HashSet<byte> Dead { get; } = [];

        public Func<byte, int> DelayMs { get; set; } = _ => 20;

        public void Round()
        {
            Bus.BeginRound();
            while (Bus.IsBusy)
                Bus.Step(0, 50);
        }
    }
}
