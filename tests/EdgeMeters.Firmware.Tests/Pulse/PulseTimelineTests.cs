using System.Device.Gpio;
using EdgeMeters.Firmware.Tests.Budget;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode.Gpio;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>The timelines of pulse-timelines.json, through the inputs that nodes use. The gateway's tests judge those that end in base units.</summary>
public sealed class PulseTimelineTests : IDisposable
{
    private const int Pin = 17;
    private const long RestMicroseconds = 10_000_000;

    private readonly SimulatedGpioDriver _driver = new();
    private readonly GpioController _controller;

    public PulseTimelineTests()
    {
        _controller = new GpioController(_driver);
    }

    public void Dispose() => _controller.Dispose();

    [Fact]
    public void Every_timeline_is_in_a_test()
    {
        string tests = string.Concat(Repository.Files("*.cs").Where(file => file.StartsWith("tests/", StringComparison.Ordinal))
            .Select(file => File.ReadAllText(Repository.PathOf(file))));
        Assert.NotEmpty(PulseTimeline.All);
        Assert.All(PulseTimeline.All, one => Assert.Contains($"\"{one.Name}\"", tests, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pulse_s0_min_train", false)]
    [InlineData("pulse_s0_glitch_on", false)]
    [InlineData("pulse_s0_split", false)]
    [InlineData("pulse_k_factor_kwh", false)]
    [InlineData("pulse_reed_bounce", true)]
    public void A_contact_counts_what_its_timeline_holds(string name, bool isReed)
    {
        PulseTimeline timeline = PulseTimeline.Of(name);
        using GpioPulseInput input = Input(timeline, isReed);
        PulseAccumulator register = new(input, 1000, PulseAccumulator.PulsesPerSecondMax, 0);
        foreach ((long microseconds, _, bool isClosed) in timeline.Edges)
        {
            _driver.Drive(Pin, isClosed ? PinValue.Low : PinValue.High, RestMicroseconds + microseconds);
            register.Advance(_driver.Microseconds / 1000);
            Assert.Equal(0, register.Pending);
        }
        _driver.Advance(_driver.Microseconds + RestMicroseconds);
        register.Advance(_driver.Microseconds / 1000);
        Assert.Equal((1000 + timeline.Expected("count"), BusResult.Ok), (register.Register, register.Result));
        Assert.False(register.TryTakeEvent(out _, out _));
    }

    /// <summary>Of an electronic output the timeline's hour is stuck. A reed without a history may rest at its magnet for a year.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_contact_that_stays_closed_counts_nothing_and_is_told_where_nothing_else_can_hold_it(bool isReed)
    {
        PulseTimeline timeline = PulseTimeline.Of("pulse_reed_stuck");
        Assert.Equal("stuck_closed", timeline.Alarm);
        Assert.Equal(StuckContact.OutputMicroseconds, 1_000_000L * timeline.Param("stuck_s"));
        _driver.Drive(Pin, PinValue.Low, timeline.Edges[0].Microseconds);
        using GpioPulseInput input = Input(timeline, isReed);
        List<(EventCode Code, long A)> told = [];
        long toldMicroseconds = 0;
        for (int second = 1; second <= 365 * 24 * 3600; second += second < 4000 ? 1 : 3600)
        {
            _driver.Advance(1_000_000L * second);
            Assert.Equal(timeline.Expected("count"), input.ReadTotal());
            while (input.TryTakeEvent(out EventCode code, out long a))
            {
                told.Add((code, a));
                toldMicroseconds = _driver.Microseconds;
            }
        }
        Assert.Equal(isReed ? [] : [(EventCode.ContactStuck, 1L)], told);
        // A second is the time between two looks.
        if (!isReed)
            Assert.InRange(toldMicroseconds, StuckContact.OutputMicroseconds, StuckContact.OutputMicroseconds + 2_000_000);
    }

    [Theory]
    [InlineData("pulse_dual_reed_forward")]
    [InlineData("pulse_dual_reed_reverse")]
    [InlineData("pulse_dual_reed_simultaneous")]
    public void Two_reeds_count_forward_owe_what_ran_back_and_tell_of_a_magnet(string name)
    {
        PulseTimeline timeline = PulseTimeline.Of(name);
        DualReed reeds = new(overlaps: true, timeline.FilterMicroseconds(0));
        reeds.Edge(isSecond: false, isClosed: false, -RestMicroseconds);
        reeds.Edge(isSecond: true, isClosed: false, -RestMicroseconds);
        foreach ((long microseconds, bool isSecond, bool isClosed) in timeline.Edges)
            reeds.Edge(isSecond, isClosed, microseconds);
        reeds.Settle(RestMicroseconds);
        List<(EventCode Code, long A)> told = [];
        while (reeds.TryTakeEvent(out EventCode code, out long a))
            told.Add((code, a));
        Assert.Equal((timeline.Expected("forward"), timeline.Expected("reverse")), (reeds.Total, reeds.Behind));
        Assert.Equal(timeline.Expected("reverse") > 0, told.Contains((EventCode.ReverseFlow, 1)));
        Assert.Equal(timeline.Alarm == "magnetic_attack" ? [1L, 0] : [], told.Where(one => one.Code == EventCode.MagneticTamper).Select(one => one.A));
    }

    [Fact]
    public void A_restart_between_pulses_goes_on_from_what_was_kept_states_the_loss_and_marks_the_reading()
    {
        PulseTimeline timeline = PulseTimeline.Of("pulse_reboot_loss");
        VirtualClock clock = new() { UtcMs = 1_800_000_000_500 };
        MemoryFlash flash = new(4, 4096);
        using GpioPulseInput first = Input(timeline, isReed: false);
        NodeCore core = Start(first);
        Pass(core, 61);
        foreach ((long microseconds, _, bool isClosed) in timeline.Edges)
            _driver.Drive(Pin, isClosed ? PinValue.Low : PinValue.High, 1000 * clock.MonotonicMs + microseconds);
        Pass(core, 1);
        Assert.Equal(timeline.Expected("count"), first.ReadTotal());
        first.Dispose();
        // The power goes before the checkpoint.
        using GpioPulseInput second = Input(timeline, isReed: false);
        core = Start(second);
        Assert.Equal(700, core.StartRegisters[0]);
        Assert.InRange(core.MissingPulsesMax(0), timeline.Expected("count"), 5 * PulseAccumulator.PulsesPerSecondMax);
        Pass(core, 120);
        ReadingBlock rows = new(2);
        Assert.Equal(2, core.Journal.ReadRows(core.Journal.NextRow - 2, 2, rows));
        Assert.Equal([700L, 700], rows.Registers.Take(2));
        Assert.Equal([(byte)Quality.Suspect, (byte)Quality.Measured], rows.Qualities.Take(2));

        NodeCore Start(GpioPulseInput input) =>
            PulseNode.Start(flash, clock, new QuietHost(), [input], PulseNode.Table(60, 10, (PulseAccumulator.PulsesPerSecondMax, 700)));

        void Pass(NodeCore node, int seconds)
        {
            for (int i = 0; i < seconds; i++)
            {
                clock.Advance(1000);
                _driver.Advance(1000 * clock.MonotonicMs);
                node.StepAcquisition();
            }
        }
    }

    private GpioPulseInput Input(PulseTimeline timeline, bool isReed)
    {
        int microseconds = timeline.FilterMicroseconds(isReed ? PulseWidthFilter.ReedMicrosecondsMin : PulseWidthFilter.S0MicrosecondsMin);
        return new GpioPulseInput(_controller, _driver, new GpioPulseInputSettings
        {
            Pin = Pin, ActiveMicrosecondsMin = microseconds, InactiveMicrosecondsMin = microseconds, HasWheel = isReed,
        });
    }
}
