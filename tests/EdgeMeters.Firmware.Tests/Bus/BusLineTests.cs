using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>One exchange: what is believed to be the answer, and when the line may be used again.</summary>
public sealed class BusLineTests
{
    private readonly BusRig _rig = new(BusRig.U32(72));

    [Fact]
    public void An_answer_is_put_together_byte_by_byte()
    {
        byte[] answer = BusRig.Answer(1, 4, 0, 0, 0x13, 0x88);
        _rig.Line.Asked = frame =>
        {
            for (int i = 0; i < answer.Length; i++)
                _rig.Line.Arrive(40 + i, answer[i]);
        };
        Assert.Equal(BusResult.Ok, _rig.Ask());
        Assert.Equal(answer, _rig.Owner.Answer.Take(answer.Length));
        Assert.Single(_rig.Line.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_answer_that_came_while_all_threads_stood_still_is_read(int first)
    {
        byte[] answer = BusRig.Answer(1, 4, 0, 0, 0x13, 0x88);
        _rig.Line.Asked = _ =>
        {
            _rig.Line.Arrive(60, answer[..first]);
            _rig.Line.Arrive(90, answer[first..7]);
            _rig.Line.Arrive(95, answer[7..]);
        };
        _rig.Line.Taken = () => _rig.Clock.Advance(8000);
        Assert.Equal(BusResult.Ok, _rig.Ask());
    }

    [Theory]
    [InlineData("02 04 04 00 00 00 09", BusResult.WrongMeter)]
    [InlineData("01 03 04 00 00 00 09", BusResult.WrongFunction)]
    [InlineData("01 04 02 00 09", BusResult.WrongLength)]
    public void A_foreign_answer_is_named_and_the_line_left_alone_until_the_true_one_has_passed(string body, BusResult expected)
    {
        _rig.Line.Asked = _ => _rig.Line.Arrive(30, BusRig.WithCrc(ModbusVectors.Bytes(body)));
        Assert.Equal(expected, _rig.Ask());
        Assert.True(_rig.Owner.FreeFromMs >= _rig.Line.Requests[0].AtMs + BusRig.LateAnswerMsMax);
    }

    [Fact]
    public void A_broken_checksum_or_noise_behind_the_frame_is_not_believed()
    {
        byte[] broken = BusRig.Answer(1, 4, 0, 0, 0, 9);
        broken[^1] ^= 1;
        _rig.Line.Asked = _ => _rig.Line.Arrive(30, broken);
        Assert.Equal(BusResult.BadChecksum, _rig.Ask());
        _rig.Line.Asked = _ =>
        {
            _rig.Line.Arrive(30, BusRig.Answer(1, 4, 0, 0, 0, 9));
            _rig.Line.Arrive(32, 0xB0);
        };
        Assert.Equal(BusResult.WrongLength, _rig.Ask());
    }

    [Fact]
    public void A_refusal_ends_at_once_and_its_code_is_kept()
    {
        _rig.Line.Asked = _ => _rig.Line.Arrive(30, BusRig.WithCrc([1, 0x84, 0x0B]));
        Assert.Equal(BusResult.Refused, _rig.Ask());
        Assert.Equal(11, _rig.Meter.RefusalCode);
        Assert.True(_rig.Owner.FreeFromMs <= _rig.Clock.MonotonicMs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void An_adapter_that_hears_itself_is_no_disturbance(int gapMs)
    {
        _rig.Line.Asked = frame =>
        {
            _rig.Line.Arrive(1, frame[..3]);
            _rig.Line.Arrive(2, frame[3..]);
            _rig.Line.Arrive(2 + gapMs, BusRig.Answer(1, 4, 0, 0, 0, 9));
        };
        Assert.Equal(BusResult.Ok, _rig.Ask());
        Assert.Equal(9, _rig.Owner.Answer[6]);
    }

    [Fact]
    public void An_echo_alone_is_silence()
    {
        _rig.Line.Asked = frame => _rig.Line.Arrive(1, frame);
        Assert.Equal(BusResult.Timeout, _rig.Ask());
    }

    [Fact]
    public void After_a_timeout_the_line_is_left_alone_and_what_comes_is_thrown_away()
    {
        Assert.Equal(BusResult.Timeout, _rig.Ask());
        long askedMs = _rig.Line.Requests[0].AtMs;
        _rig.Line.Arrive(900, BusRig.Answer(1, 4, 0, 0, 0, 1));
        _rig.Line.Asked = _ => _rig.Line.Arrive(30, BusRig.Answer(1, 4, 0, 0, 0, 2));
        Assert.Equal(BusResult.Ok, _rig.Ask());
        Assert.Equal(2, _rig.Owner.Answer[6]);
        Assert.True(_rig.Line.Requests[1].AtMs - askedMs >= BusRig.LateAnswerMsMax);
        Assert.Equal(9, _rig.Owner.IgnoredBytes);
    }

    [Fact]
    public void The_second_answer_of_a_meter_that_answers_twice_is_not_taken_for_the_next()
    {
        _rig.Line.Asked = _ =>
        {
            _rig.Line.Arrive(30, BusRig.Answer(1, 4, 0, 0, 0, 1));
            _rig.Line.Arrive(80, BusRig.Answer(1, 4, 0, 0, 0, 1));
        };
        Assert.Equal(BusResult.Ok, _rig.Ask());
        _rig.Clock.Advance(100);
        _rig.Line.Asked = _ => _rig.Line.Arrive(30, BusRig.Answer(1, 4, 0, 0, 0, 2));
        Assert.Equal(BusResult.Ok, _rig.Ask());
        Assert.Equal(2, _rig.Owner.Answer[6]);
    }

    [Fact]
    public void A_line_that_never_falls_silent_ends_in_an_error_in_bounded_time()
    {
        for (int ms = 0; ms < 20000; ms++)
            _rig.Line.Arrive(ms, 0x55);
        Assert.Equal(BusResult.LineBusy, _rig.Ask());
        Assert.InRange(_rig.Clock.MonotonicMs, 1, 1000);
        Assert.Empty(_rig.Line.Requests);
    }

    [Fact]
    public void Requests_that_follow_at_once_share_one_silence()
    {
        _rig.Line.Asked = frame => _rig.Line.Arrive(20, BusRig.Answer(frame, _ => 1));
        Assert.Equal(BusResult.Ok, _rig.Ask());
        long endedMs = _rig.Clock.MonotonicMs;
        Assert.Equal(BusResult.Ok, _rig.Ask());
        Assert.Equal(endedMs, _rig.Line.Requests[1].AtMs);
    }
}
