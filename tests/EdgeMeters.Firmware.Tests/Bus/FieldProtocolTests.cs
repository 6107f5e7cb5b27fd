using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>DL/T 645, CJ/T 188 and M-Bus as a node has them: made by the factory, asked over a line, allocating nothing.</summary>
public sealed class FieldProtocolTests
{
    private const string Power = "138000130754";
    private const string Flow = "78330011223344";

    public static TheoryData<BusProtocol> Protocols => [BusProtocol.Dlt645, BusProtocol.Dlt645Of1997, BusProtocol.Cjt188, BusProtocol.MBus];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_register_is_believed_once_two_answers_are_alike(BusProtocol protocol)
    {
        Rig rig = new(protocol);
        rig.Line.Asked = asked => rig.Line.Arrive(40, Answer(protocol, asked, 123456));
        Assert.Equal((BusResult.Ok, 123456), rig.Read());
        int once = protocol == BusProtocol.MBus ? 2 : 1;
        Assert.Equal(2 * once, rig.Line.Requests.Count);
        // Nothing is in doubt any more, and yet one answer is not enough.
        Assert.Equal((BusResult.Ok, 123456), rig.Read());
        Assert.Equal(4 * once, rig.Line.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void One_answer_that_is_wrong_under_a_good_sum_is_not_believed(BusProtocol protocol)
    {
        Rig rig = new(protocol);
        int answers = 0;
        rig.Line.Asked = asked =>
        {
            bool isReset = protocol == BusProtocol.MBus && asked[1] == MBusFrame.Reset;
            rig.Line.Arrive(40, Answer(protocol, asked, !isReset && answers++ == 0 ? 999999 : 123456));
        };
        Assert.Equal((BusResult.Ok, 123456), rig.Read());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void An_adapter_that_hears_itself_disturbs_nothing(BusProtocol protocol)
    {
        Rig rig = new(protocol);
        rig.Line.Asked = asked =>
        {
            rig.Line.Arrive(10, asked);
            rig.Line.Arrive(50, Answer(protocol, asked, 7));
        };
        Assert.Equal((BusResult.Ok, 7), rig.Read());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Another_that_speaks_on_behind_an_answer_spoils_it(BusProtocol protocol)
    {
        Rig rig = new(protocol);
        rig.Line.Asked = asked => rig.Line.Arrive(40, [.. Answer(protocol, asked, 7), 0x68]);
        Assert.Equal(BusResult.WrongLength, rig.Read().Result);
    }

    [Theory]
    [InlineData(BusProtocol.Dlt645)]
    [InlineData(BusProtocol.Dlt645Of1997)]
    [InlineData(BusProtocol.Cjt188)]
    [InlineData(BusProtocol.MBus)]
    public void A_pass_allocates_nothing(BusProtocol protocol)
    {
        const int warmUp = 100;
        BusMeter meter = Rig.NewMeter(protocol);
        byte[] frame = new byte[BusLine.RequestBytesMax];
        long allocated = 0;
        for (int pass = 0; pass < 5 * warmUp; pass++)
        {
            if (pass == warmUp)
                allocated = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            meter.Begin(20);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            for (int request = 0; request < meter.Requests; request++)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                int bytes = meter.WriteRequest(request, pass % 2, frame);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                byte[] answer = Answer(protocol, frame[..bytes], 7);
                before = GC.GetAllocatedBytesForCurrentThread();
                BusResult result = meter.Judge(answer, answer.Length);
                meter.Keep(request, answer);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.Equal(BusResult.Ok, result);
            }
            before = GC.GetAllocatedBytesForCurrentThread();
            BusResult taken = meter.Take(0, out long register);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal((BusResult.Ok, 7L), (taken, register));
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void FF_without_end_behind_a_frame_ends_the_exchange()
    {
        Rig rig = new(BusProtocol.Dlt645);
        rig.Line.Asked = asked =>
        {
            rig.Line.Arrive(40, Answer(BusProtocol.Dlt645, asked, 7));
            for (int ms = 42; ms < 5000; ms += 2)
                rig.Line.Arrive(ms, 0xFF);
        };
        Assert.NotEqual(BusResult.Ok, rig.Read().Result);
    }

    [Fact]
    public void The_FF_of_a_maker_behind_its_frames_spoils_nothing_and_is_no_other_protocols_habit()
    {
        foreach (BusProtocol protocol in Protocols.Select(row => row.Data))
        {
            Rig rig = new(protocol);
            rig.Line.Asked = asked => rig.Line.Arrive(40, [.. Answer(protocol, asked, 7), 0xFF]);
            bool isPower = protocol is BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997;
            Assert.Equal(isPower ? BusResult.Ok : BusResult.WrongLength, rig.Read().Result);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Nothing_is_allocated_from_question_to_register(BusProtocol protocol)
    {
        BusMeter meter = new BusFactory(1, 2400).NewMeter(Table(protocol), [Point(protocol)]);
        byte[] frame = new byte[BusLine.RequestBytesMax];
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            // Of the last round: by then everything is compiled.
            allocated = 0;
            meter.Begin(0);
            for (int request = 0; request < meter.Requests; request++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                int bytes = meter.WriteRequest(request, 0, frame);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                byte[] answer = Answer(protocol, frame[..bytes], 55);
                before = GC.GetAllocatedBytesForCurrentThread();
                BusResult result = BusResult.Incomplete;
                for (int count = 1; result == BusResult.Incomplete; count++)
                    result = meter.Judge(answer, count);
                meter.Keep(request, answer);
                meter.Take(0, out long register);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.Equal(BusResult.Ok, result);
                Assert.True(register == 55 || request + 1 < meter.Requests);
            }
        }
        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData(BusProtocol.Dlt645, "540713008013", true)]
    [InlineData(BusProtocol.Dlt645Of1997, "540713008013", true)]
    [InlineData(BusProtocol.Dlt645, "999999999999", false)]
    [InlineData(BusProtocol.Dlt645, "99999999AAAA", false)]
    [InlineData(BusProtocol.Dlt645, "5407130080", false)]
    [InlineData(BusProtocol.Dlt645, "54071300801301", false)]
    [InlineData(BusProtocol.Cjt188, "1044332211003378", true)]
    [InlineData(BusProtocol.Cjt188, "AA44332211003378", false)]
    [InlineData(BusProtocol.Cjt188, "104433221100AA78", false)]
    [InlineData(BusProtocol.Cjt188, "10443322110033", false)]
    [InlineData(BusProtocol.MBus, "01", true)]
    [InlineData(BusProtocol.MBus, "FA", true)]
    [InlineData(BusProtocol.MBus, "00", false)]
    [InlineData(BusProtocol.MBus, "FB", false)]
    [InlineData(BusProtocol.MBus, "FE", false)]
    [InlineData(BusProtocol.MBus, "7856341242040107", true)]
    [InlineData(BusProtocol.MBus, "785634F242040107", false)]
    [InlineData(BusProtocol.MBus, "785634124204FF07", false)]
    [InlineData(BusProtocol.MBus, "78563412420401", false)]
    [InlineData((BusProtocol)6, "01", false)]
    public void An_address_of_a_node_is_one_meters_alone(BusProtocol protocol, string address, bool isAddress)
    {
        Assert.Equal(isAddress, BusFactory.IsAddress(protocol, FieldFrames.Hex(address)));
    }

    [Fact]
    public void The_factory_makes_points_and_meters_that_fit_each_other()
    {
        foreach (BusProtocol protocol in Enum.GetValues<BusProtocol>())
            Assert.True(BusFactory.NewPoint(protocol)!.IsOf(protocol), $"{protocol}");
        Assert.Null(BusFactory.NewPoint((BusProtocol)6));
        Assert.IsType<Dlt645Meter>(Rig.NewMeter(BusProtocol.Dlt645));
        Assert.IsType<Dlt645Meter>(Rig.NewMeter(BusProtocol.Dlt645Of1997));
        Assert.IsType<Cjt188Meter>(Rig.NewMeter(BusProtocol.Cjt188));
        Assert.IsType<MBusMeter>(Rig.NewMeter(BusProtocol.MBus));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void No_request_is_longer_than_the_line_has_room_for(BusProtocol protocol)
    {
        foreach (byte[] address in new[] { Table(protocol).Address, protocol == BusProtocol.MBus ? new byte[8] : Table(protocol).Address })
        {
            BusMeter meter = new BusFactory(1, 2400).NewMeter(new MeterTable { Protocol = protocol, Address = address }, [Point(protocol)]);
            for (int request = 0; request < meter.Requests; request++)
                Assert.InRange(MeterDialogue.Ask(meter, request).Length, 1, BusLine.RequestBytesMax);
            Assert.InRange(meter.AnswerBytesMax, 1, BusLine.AnswerBytesMax);
        }
    }

    private static MeterTable Table(BusProtocol protocol) => new()
    {
        Protocol = protocol,
        Address = protocol switch
        {
            BusProtocol.MBus => [5],
            BusProtocol.Cjt188 => [0x10, .. FrameMaker.Reversed(Flow)],
            _ => FrameMaker.Reversed(Power),
        },
    };

    private static BusPoint Point(BusProtocol protocol) => protocol switch
    {
        BusProtocol.MBus => new MBusPoint { Quantity = MBusQuantity.Volume, Exponent = -3 },
        BusProtocol.Cjt188 => new Cjt188Point { UnitCode = 0x2C },
        BusProtocol.Dlt645Of1997 => new Dlt645Point { Identifier = 0x9010 },
        _ => new Dlt645Point { Identifier = 0x00010000 },
    };

    private static byte[] Answer(BusProtocol protocol, byte[] asked, int register) => protocol switch
    {
        BusProtocol.MBus => asked[1] == MBusFrame.Reset ? [0xE5] : FrameMaker.Records(5, [0x0C, 0x13, .. FrameMaker.Digits(register, 4)]),
        BusProtocol.Cjt188 => FrameMaker.Flow(
            0x10, Flow, 0x81, [0x1F, 0x90, asked[17], .. FrameMaker.Digits(register, 4), 0x2C, .. new byte[14]]),
        BusProtocol.Dlt645Of1997 => FrameMaker.Power(Power, 0x81, [0x10, 0x90, .. FrameMaker.Digits(register, 4)]),
        _ => FrameMaker.Power(Power, 0x91, [0, 0, 1, 0, .. FrameMaker.Digits(register, 4)]),
    };

    /// <summary>A line with one meter's reading on it, in virtual time.</summary>
    private sealed class Rig
    {
        private readonly RegisterReadings _readings = new([new ChannelLayout { RateMaxPerHour = 1_000_000 }]);
        private readonly BusScheduler _bus;

        public Rig(BusProtocol protocol)
        {
            var clock = new VirtualClock();
            Line = new ScriptedLine(clock);
            var owner = new BusLine(Line, clock, new LineTable { TimeoutMs = BusRig.TimeoutMs, LateAnswerMsMax = BusRig.LateAnswerMsMax });
            _bus = new BusScheduler(owner, clock, [new MeterReading(NewMeter(protocol), [0], _readings)]);
        }

        public ScriptedLine Line { get; }

        public static BusMeter NewMeter(BusProtocol protocol) => new BusFactory(1, 9600).NewMeter(Table(protocol), [Point(protocol)]);

        public (BusResult Result, long Register) Read()
        {
            _bus.BeginRound();
            while (_bus.IsBusy)
                _bus.Step(0, 50);
            return (_readings.Results[0], _readings.Registers[0]);
        }
    }
}
