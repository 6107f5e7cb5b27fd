using EdgeMeters.Metering.Time;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Core;

public sealed class NodeTimeTests
{
    private readonly VirtualNode _node = new();

    [Fact]
    public void Half_of_the_way_is_added_to_the_gateways_time()
    {
        Connect();
        long utcMs = _node.Clock.UtcMs + 100_000;
        _node.Clock.Advance(3000);
        Answer(utcMs);
        _node.Core.StepUplink();
        Assert.Equal(utcMs + 2000, _node.Clock.UtcMs);
        _node.Run(2);
        Assert.Single(_node.Told(EventCode.ClockSet));
    }

    [Fact]
    public void An_answer_that_took_too_long_sets_nothing()
    {
        Connect();
        _node.Clock.Advance(Dialogue.AnswerMsMax);
        long beforeMs = _node.Clock.UtcMs;
        Answer(beforeMs + 100_000);
        _node.Core.StepUplink();
        Assert.Equal(beforeMs, _node.Clock.UtcMs);
    }

    [Fact]
    public void An_answer_counts_once_and_only_for_its_own_hello_and_start()
    {
        Connect();
        long utcMs = _node.Clock.UtcMs + 100_000;
        _node.Send(new TimeAnswer { StartNumber = _node.Hello.StartNumber + 1, HelloNumber = _node.Hello.Number, UtcMs = utcMs });
        _node.Send(new TimeAnswer { StartNumber = _node.Hello.StartNumber, HelloNumber = _node.Hello.Number + 1, UtcMs = utcMs });
        _node.Core.StepUplink();
        Assert.True(_node.Clock.UtcMs < utcMs);
        Answer(utcMs);
        _node.Core.StepUplink();
        Assert.True(_node.Clock.UtcMs >= utcMs);
        _node.Clock.Advance(5000);
        Answer(utcMs);
        _node.Core.StepUplink();
        Assert.True(_node.Clock.UtcMs >= utcMs + 5000, "the second copy set the clock back");
    }

    [Fact]
    public void Hello_comes_first_in_every_session_and_again_while_the_clock_is_not_set()
    {
        _node.Clock.Quality = ClockQuality.Unset;
        Connect();
        Assert.Equal(BlockKind.Hello, _node.Gateway.Kinds[0]);
        _node.Run(300);
        Assert.InRange(_node.Gateway.Kinds.Count(kind => kind == BlockKind.Hello), 4, 6);
        _node.Clock.Quality = ClockQuality.Synchronised;
        _node.Run(120);
        int hellos = _node.Gateway.Kinds.Count(kind => kind == BlockKind.Hello);
        _node.Run(3600);
        Assert.Equal(hellos, _node.Gateway.Kinds.Count(kind => kind == BlockKind.Hello));
        _node.Uplink.Connect();
        _node.Run(2);
        Assert.Equal(hellos + 1, _node.Gateway.Kinds.Count(kind => kind == BlockKind.Hello));
    }

    [Fact]
    public void A_gateway_that_hangs_up_at_a_hello_gets_the_readings_all_the_same()
    {
        _node.IsHelloRefused = true;
        Connect();
        _node.Run(300);
        Assert.True(_node.Gateway.Rows.Count >= 4);
        Assert.DoesNotContain(BlockKind.Hello, _node.Gateway.Kinds);
        _node.IsHelloRefused = false;
        _node.Run(700);
        Assert.Contains(BlockKind.Hello, _node.Gateway.Kinds);
    }

    [Fact]
    public void A_clock_that_was_lost_goes_on_from_the_journals_last_record()
    {
        _node.Run(130);
        long lastUtcMs = _node.Clock.UtcMs;
        _node.Clock.UtcMs = 0;
        _node.Clock.Quality = ClockQuality.Unset;
        _node.Start();
        Assert.InRange(_node.Clock.UtcMs, lastUtcMs - 70_000, lastUtcMs);
        _node.Uplink.Connect();
        _node.Run(130);
        Assert.Equal(-1, _node.Told(EventCode.PulsesInDoubt).Last().A);
    }

    [Fact]
    public void The_disciplined_clock_keeps_what_it_was_set_to_and_says_how_far_to_trust_it()
    {
        CountingClock clock = new();
        Assert.Equal(ClockQuality.Unset, clock.Quality);
        clock.Assume(5000);
        clock.Assume(4000);
        clock.Now = 10;
        Assert.Equal((5010, ClockQuality.Unset), (clock.UtcMs, clock.Quality));
        clock.Set(1_800_000_000_000);
        clock.Assume(1_900_000_000_000);
        clock.Now = 1010;
        Assert.Equal((1_800_000_001_000, ClockQuality.Synchronised), (clock.UtcMs, clock.Quality));
        clock.Now = 11 + DisciplinedClock.SynchronisedMs;
        Assert.Equal(ClockQuality.Holdover, clock.Quality);
        clock.Set(1_700_000_000_000);
        Assert.Equal((1_700_000_000_000, ClockQuality.Synchronised), (clock.UtcMs, clock.Quality));
    }

    private void Connect()
    {
        _node.Uplink.Connect();
        _node.Run(1);
    }

    private void Answer(long utcMs)
    {
        _node.Send(new TimeAnswer { StartNumber = _node.Hello.StartNumber, HelloNumber = _node.Hello.Number, UtcMs = utcMs });
    }

    private sealed class CountingClock : DisciplinedClock
    {
        public long Now { get; set; }

        public override long MonotonicMs => Now;
    }
}
