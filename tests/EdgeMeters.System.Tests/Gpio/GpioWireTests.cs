using System.Device.Gpio;
using System.Net.Sockets;
using EdgeMeters.Bench;
using EdgeMeters.HostNode.Gpio;
using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.SystemTests.Gpio;

/// <summary>Contacts of virtual meters through a real socket into the node's pulse inputs. Time is virtual, so no load of the machine matters.</summary>
public sealed class GpioWireTests : IDisposable
{
    private const int WaterPin = 5;
    private const int GasPin = 6;

    /// <summary>Water of 10 L a pulse, and gas of 0.01 m³, which is 10 L too.</summary>
    private const int LitresPerPulse = 10;

    /// <summary>All frames of so long fit the bench's queue, so a node that reads none of them meanwhile is not cut off.</summary>
    private static readonly TimeSpan Play = TimeSpan.FromMinutes(4);

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly FakeTimeProvider _time = new();
    private readonly DateTimeOffset _start;
    private readonly SimulatedGpioDriver _driver = new();
    private readonly GpioController _controller;

    public GpioWireTests()
    {
        _start = _time.GetUtcNow();
        _controller = new GpioController(_driver);
    }

    public void Dispose()
    {
        _controller.Dispose();
        _driver.Dispose();
    }

    private GpioPulseInput Input(int pin, PulseContact contact) =>
        new(_controller, _driver, new GpioPulseInputSettings
        {
            Pin = pin,
            ActiveMicrosecondsMin = contact.FilterMicroseconds,
            InactiveMicrosecondsMin = contact.FilterMicroseconds,
        });

    private GpioWireClient Attach()
    {
        GpioWireClient client = new(_path, _driver);
        Deadline.Until(() => client.IsAttached, "the node attaches to the wire: " + client.Trouble);
        return client;
    }

    /// <summary>Lets a dial rest, the contact finish its work, and the node hear of it all.</summary>
    private void Settle(Dial dial, PulseOutput output)
    {
        dial.Freeze();
        while (!output.IsResting)
            _time.Advance(TimeSpan.FromSeconds(1));
        // A second more than the last edge needs, so that the beat which is waited for is later than all of them.
        _time.Advance(TimeSpan.FromSeconds(1));
        HearAll();
    }

    private void HearAll()
    {
        // The last beat is less than a beat and a step old, and comes after every edge before it.
        long nowMicroseconds = (_time.GetUtcNow() - _start).Ticks / TimeSpan.TicksPerMicrosecond;
        Deadline.Until(() => _driver.Microseconds >= nowMicroseconds - 100_000, "the wire's time reaches the node");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    [InlineData(-5)]
    public void Every_pulse_that_was_made_is_counted_at_the_highest_rate_that_the_contact_can_do(int seed)
    {
        using GpioWireServer wire = new(_path);
        Dial water = new(_time, Unit.Litre, 123_456, perHour: 400_000, seed);
        Dial gas = new(_time, Unit.Litre, 5, perHour: 90_000, seed + 1);
        PulseOutput waterOutput = new(water, PulseContact.S0, WaterPin, LitresPerPulse, seed);
        PulseOutput gasOutput = new(gas, PulseContact.Reed, GasPin, LitresPerPulse, seed);
        using ContactPanel panel = new(wire, _time, waterOutput, gasOutput);
        using GpioWireClient client = Attach();
        using GpioPulseInput waterInput = Input(WaterPin, PulseContact.S0);
        using GpioPulseInput gasInput = Input(GasPin, PulseContact.Reed);

        _time.Advance(Play);
        Settle(gas, gasOutput);
        Settle(water, waterOutput);

        long passedWater = (water.Now / LitresPerPulse) - (water.Start / LitresPerPulse);
        long passedGas = (gas.Now / LitresPerPulse) - (gas.Start / LitresPerPulse);
        Assert.True(passedWater > 2000 && passedGas > 400, "too little was consumed to prove anything");
        Assert.Equal(passedWater, waterOutput.Made);
        Assert.Equal(passedGas, gasOutput.Made);
        Assert.Equal(waterOutput.Made, waterInput.ReadTotal());
        Assert.Equal(gasOutput.Made, gasInput.ReadTotal());
        Assert.Equal(0, wire.Overruns);
    }

    [Fact]
    public void A_node_that_is_starved_of_processor_time_counts_every_pulse_late_and_none_wrong()
    {
        using GpioWireServer wire = new(_path);
        Dial dial = new(_time, Unit.Litre, 0, perHour: 300_000, seed: 4);
        PulseOutput output = new(dial, PulseContact.S0, WaterPin, LitresPerPulse, seed: 4);
        using ContactPanel panel = new(wire, _time, output);
        using GpioWireClient client = Attach();
        using GpioPulseInput input = Input(WaterPin, PulseContact.S0);

        // A callback beside the input's holds up the thread that reads the wire, as a busy machine would.
        using ManualResetEventSlim processor = new();
        using ManualResetEventSlim starved = new();
        _controller.RegisterCallbackForPinValueChangedEvent(WaterPin, PinEventTypes.Falling, (_, _) =>
        {
            starved.Set();
            processor.Wait();
        });
        _time.Advance(Play);
        Deadline.Until(() => starved.IsSet, "the reading thread meets the first pulse");
        Assert.InRange(input.ReadTotal(), 0, 1);
        processor.Set();
        Settle(dial, output);

        Assert.True(output.Made > 1000, "too little was made to prove anything");
        Assert.Equal(output.Made, input.ReadTotal());
        Assert.Equal(0, wire.Overruns);
    }

    [Fact]
    public void Pulses_faster_than_the_contact_wait_and_none_is_dropped()
    {
        using GpioWireServer wire = new(_path);
        Dial dial = new(_time, Unit.Litre, 0, perHour: 2_000_000, seed: 6);
        PulseOutput output = new(dial, PulseContact.Reed, WaterPin, LitresPerPulse, seed: 6);
        using ContactPanel panel = new(wire, _time, output);
        using GpioWireClient client = Attach();
        using GpioPulseInput input = Input(WaterPin, PulseContact.Reed);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(output.Waiting > 100, "the contact keeps up");
        // 60 ms closed and 60 ms open.
        Assert.True(output.Made <= 20_000 / 120, "the contact is faster than it can be");
        Settle(dial, output);
        Assert.Equal(dial.Now / LitresPerPulse, output.Made);
        Assert.Equal(output.Made, input.ReadTotal());
    }

    [Fact]
    public void What_happens_while_the_node_is_off_the_wire_is_lost_and_the_levels_are_right_after_it()
    {
        using GpioWireServer wire = new(_path);
        wire.Edge(WaterPin, true, 0);
        using GpioPulseInput input = Input(WaterPin, PulseContact.Reed);
        GpioWireClient first = Attach();
        wire.Edge(WaterPin, false, 100_000);
        wire.Edge(WaterPin, true, 200_000);
        wire.Beat(300_000);
        Deadline.Until(() => input.ReadTotal() == 1, "the first pulse");
        Deadline.Until(() => _driver.Microseconds == 300_000, "the beat");
        first.Dispose();

        wire.Edge(WaterPin, false, 400_000);
        wire.Edge(WaterPin, true, 500_000);
        wire.Edge(WaterPin, false, 600_000);
        using GpioWireClient second = Attach();
        Assert.Equal(PinValue.Low, _controller.Read(WaterPin));
        wire.Edge(WaterPin, true, 700_000);
        wire.Beat(800_000);
        Deadline.Until(() => _driver.Microseconds == 800_000, "the beat after the break");
        // One closure was lost whole; of the second the node saw that the contact is closed now and was open before.
        Assert.Equal(2, input.ReadTotal());
    }

    [Fact]
    public void A_node_waits_for_a_bench_that_is_not_there_yet_and_finds_one_that_starts_anew()
    {
        using GpioPulseInput input = Input(WaterPin, PulseContact.Reed);
        using GpioWireClient client = new(_path, _driver);
        Deadline.Until(() => client.Trouble != null, "the node tells why it is not attached");
        Assert.Contains($"no bench at '{_path}'", client.Trouble);
        Assert.False(client.WaitUntilAttached(10));

        for (int bench = 1; bench <= 3; bench++)
        {
            // Each bench begins its time at nothing.
            using GpioWireServer wire = new(_path);
            wire.Edge(WaterPin, true, 0);
            Deadline.Until(() => client.IsAttached, "the node finds the bench");
            Assert.Null(client.Trouble);
            wire.Edge(WaterPin, false, 100_000);
            wire.Edge(WaterPin, true, 200_000);
            wire.Beat(300_000);
            Deadline.Until(() => input.ReadTotal() == bench, $"the pulse of bench {bench}");
            Deadline.Until(() => _driver.Microseconds == bench * 300_000, "time goes on from where it was");
            wire.Dispose();
            Deadline.Until(() => !client.IsAttached, "the node notices that the bench is gone");
        }
        Assert.Equal(3, input.ReadTotal());
    }

    [Fact]
    public void What_listens_and_is_no_wire_is_named_and_not_believed()
    {
        using Socket stranger = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        stranger.Bind(new UnixDomainSocketEndPoint(_path));
        stranger.Listen();
        try
        {
            using GpioWireClient client = new(_path, _driver);
            using Socket answer = stranger.Accept();
            // An edge without a hello before it.
            byte[] frame = new byte[GpioWireFrame.Bytes];
            new GpioWireFrame(GpioWireKind.Edge, 1, WaterPin, 5).Write(frame);
            answer.Send(frame);
            Deadline.Until(() => client.Trouble?.Contains("is no GPIO wire of version 1") == true, "the stranger is named");
            Assert.False(client.IsAttached);
            Assert.Equal(0, _driver.Microseconds);
        }
        finally
        {
            File.Delete(_path);
        }
    }

    [Fact]
    public void A_bench_takes_the_place_of_a_dead_one_and_not_of_a_living_one()
    {
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            dead.Bind(new UnixDomainSocketEndPoint(_path));
        File.WriteAllBytes(_path + ".other", [1]);
        using GpioWireServer wire = new(_path);
        Assert.Contains("another bench", Assert.Throws<IOException>(() => new GpioWireServer(_path)).Message);
        Assert.Contains("no GPIO wire", Assert.Throws<IOException>(() => new GpioWireServer(_path + ".other")).Message);
        Assert.Contains("cannot listen", Assert.Throws<IOException>(() => new GpioWireServer("/no/such/directory/wire")).Message);
        Assert.True(File.Exists(_path + ".other"));
        File.Delete(_path + ".other");
    }

    [Fact]
    public void A_node_that_never_reads_is_cut_off_and_the_bench_goes_on()
    {
        using GpioWireServer wire = new(_path);
        using Socket idle = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        idle.Connect(new UnixDomainSocketEndPoint(_path));
        Deadline.Until(() => wire.NodeCount == 1, "the idle node is connected");
        long microseconds = 0;
        Deadline.Until(() =>
        {
            for (int i = 0; i < 10_000; i++)
                wire.Beat(++microseconds);
            return wire.Overruns == 1;
        }, "the idle node is cut off");
        Assert.Equal(0, wire.NodeCount);
        using GpioWireClient client = Attach();
        Assert.Equal(microseconds, _driver.Microseconds);
    }

    [Fact]
    public void A_frame_of_any_kind_survives_its_bytes_and_every_other_is_refused()
    {
        byte[] bytes = new byte[GpioWireFrame.Bytes];
        GpioWireFrame edge = new(GpioWireKind.Edge, 1, 54, 0x0102030405060708);
        edge.Write(bytes);
        Assert.Equal([3, 1, 54, 0, 8, 7, 6, 5, 4, 3, 2, 1], bytes);
        Assert.True(GpioWireFrame.TryRead(bytes, out GpioWireFrame read));
        Assert.Equal(edge, read);
        Assert.True(read.IsHigh);

        static bool IsRead(GpioWireFrame frame)
        {
            byte[] bytes = new byte[GpioWireFrame.Bytes];
            frame.Write(bytes);
            return GpioWireFrame.TryRead(bytes, out _);
        }
        Assert.True(IsRead(new GpioWireFrame(GpioWireKind.Hello, GpioWireFrame.Version, 2, 0)));
        Assert.True(IsRead(new GpioWireFrame(GpioWireKind.Level, 0, 63, 0)));
        Assert.True(IsRead(new GpioWireFrame(GpioWireKind.Beat, 0, 0, GpioWireFrame.MicrosecondsMax)));
        Assert.False(IsRead(new GpioWireFrame(GpioWireKind.Hello, GpioWireFrame.Version + 1, 2, 0)));
        Assert.False(IsRead(new GpioWireFrame(GpioWireKind.Level, 0, 64, 0)));
        Assert.False(IsRead(new GpioWireFrame(GpioWireKind.Edge, 2, 1, 0)));
        Assert.False(IsRead(new GpioWireFrame(GpioWireKind.Beat, 0, 0, GpioWireFrame.MicrosecondsMax + 1)));
        Assert.False(IsRead(new GpioWireFrame(GpioWireKind.Beat, 0, 0, -1)));
        Assert.False(IsRead(new GpioWireFrame(0, 0, 0, 0)));
    }
}
