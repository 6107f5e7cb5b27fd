using CsCheck;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Which words a Modbus meter is asked for, in how many requests, and what it learns from refusals.</summary>
public sealed class ModbusMeterTests
{
    [Fact]
    public void Neighbours_are_read_in_one_request_and_far_ones_in_requests_that_differ_in_length()
    {
        Assert.Equal([(4, 72, 8)], Requests(new MeterTable(), Point(72), Point(74), Point(76), Point(78)));
        Assert.Equal([(4, 72, 2), (4, 500, 3)], Requests(new MeterTable(), Point(72), Point(500)));
        Assert.Equal([(3, 72, 2), (4, 72, 2)], Requests(new MeterTable(), Point(72), Point(72, function: 3)));
    }

    [Fact]
    public void A_gap_is_read_along_where_that_takes_less_time_than_another_request()
    {
        // 20 bytes of overhead are 10 words; a meter that takes 100 ms to answer is worth 43 words more at 9600 baud.
        Assert.Equal([(4, 0, 14)], Requests(new MeterTable(), Point(0), Point(12)));
        Assert.Equal([(4, 0, 2), (4, 13, 3)], Requests(new MeterTable(), Point(0), Point(13)));
        Assert.Equal([(4, 0, 57)], Requests(new MeterTable(), 100, Point(0), Point(55)));
        Assert.Equal([(4, 0, 2), (4, 56, 3)], Requests(new MeterTable(), 100, Point(0), Point(56)));
    }

    [Fact]
    public void No_request_asks_for_more_than_the_meter_gives_at_once()
    {
        MeterTable table = new() { RegistersMax = 6 };
        Assert.Equal([(4, 0, 6), (4, 6, 2)], Requests(table, Point(0), Point(2), Point(4), Point(6)));
    }

    [Fact]
    public void The_end_of_the_addresses_is_not_passed()
    {
        ModbusMeter meter = Meter(new MeterTable(), Point(65534));
        meter.Begin(0);
        Assert.Equal((4, 65534, 2), Request(meter, 0, shape: 1));
    }

    [Fact]
    public void Words_that_were_refused_are_not_asked_for_again_unless_they_are_registers()
    {
        BusRig rig = new(BusRig.U32(72), BusRig.U32(80));
        Serve(rig, address => address is 72 or 73 or 80 or 81);
        Assert.Equal(BusResult.Ok, rig.Read());
        Assert.Equal([0x480049, 0x500051], rig.Readings.Registers);
        rig.Line.Requests.Clear();
        Assert.Equal(BusResult.Ok, rig.Read());
        // Two requests of one length cannot be told apart, and there is no word to add: so both are read twice.
        Assert.Equal(4, rig.Line.Requests.Count);
    }

    [Fact]
    public void A_register_that_is_not_there_costs_no_other_one()
    {
        BusRig rig = new(BusRig.U32(72), BusRig.U32(74), BusRig.U32(76));
        Serve(rig, address => address is not (74 or 75));
        Assert.Equal(BusResult.Ok, rig.Read(0));
        Assert.Equal(BusResult.Refused, rig.Readings.Results[1]);
        Assert.Equal(BusResult.Ok, rig.Readings.Results[2]);
        Assert.Equal(0x4C004D, rig.Readings.Registers[2]);
    }

    /// <summary>Whatever words a meter has around its registers: all registers that it has are read, the others are refused, and it stays so.</summary>
    [Fact]
    public void A_meter_with_any_holes_gives_all_that_it_has()
    {
        Gen.Select(Gen.Int[0, 60].Array[1, 12], Gen.Bool.Array[64]).Sample(
            (addresses, has) =>
            {
                BusRig rig = new([.. addresses.Select(address => BusRig.U32((ushort)address))]);
                Serve(rig, address => address < has.Length && has[address]);
                for (int round = 0; round < 3; round++)
                {
                    rig.Read();
                    for (int i = 0; i < addresses.Length; i++)
                    {
                        bool isThere = has[addresses[i]] && has[addresses[i] + 1];
                        Assert.Equal(isThere ? BusResult.Ok : BusResult.Refused, rig.Readings.Results[i]);
                        if (isThere)
                            Assert.Equal((addresses[i] << 16) + addresses[i] + 1, rig.Readings.Registers[i]);
                    }
                }
            },
            iter: 500);
    }

    [Fact]
    public void A_refusal_ends_in_bounded_time_whatever_is_refused()
    {
        BusRig rig = new([.. Enumerable.Range(0, 12).Select(i => BusRig.U32((ushort)(i * 9)))]);
        Serve(rig, _ => false);
        Assert.Equal(BusResult.Refused, rig.Read());
        Assert.InRange(rig.Line.Requests.Count, 12, 60);
    }

    [Theory]
    [InlineData(-2, 7, BusResult.WrongUnitOfMeasure)]
    [InlineData(-1, 7, BusResult.Ok)]
    [InlineData(3, 70000, BusResult.Ok)]
    [InlineData(4, 7, BusResult.WrongUnitOfMeasure)]
    public void A_scale_register_moves_the_point_within_its_bounds(short scale, long register, BusResult expected)
    {
        ModbusPoint point = Point(10);
        point.Scale = ScaleKind.PowerOfTen;
        point.ScaleAddress = 40;
        point.ScaleFirst = -1;
        point.ScaleLast = 3;
        BusRig rig = new(point);
        rig.Line.Asked = frame => rig.Line.Arrive(20, BusRig.Answer(frame, address => address switch { 40 => scale & 0xFFFF, 11 => 7, _ => 0 }));
        Assert.Equal(expected, rig.Read());
        if (expected == BusResult.Ok)
            Assert.Equal(register, rig.Readings.Registers[0]);
    }

    [Fact]
    public void A_unit_that_was_set_to_another_one_at_the_meter_is_refused_by_name()
    {
        ModbusPoint point = Point(10);
        point.Scale = ScaleKind.Expected;
        point.ScaleAddress = 12;
        point.ScaleFirst = 1;
        BusRig rig = new(point);
        int unit = 1;
        rig.Line.Asked = frame => rig.Line.Arrive(20, BusRig.Answer(frame, address => address == 12 ? unit : 0));
        Assert.Equal(BusResult.Ok, rig.Read());
        unit = 2;
        Assert.Equal(BusResult.WrongUnitOfMeasure, rig.Read());
    }

    /// <summary>Whatever the registers: each is read from the words it lies in, no word is asked for twice but to tell answers apart, and no two answers are of one form.</summary>
    [Fact]
    public void Every_plan_reads_every_register_once_and_tells_its_answers_apart()
    {
        Gen<(int Address, int Type, int Function)> register = Gen.Select(Gen.Int[0, 300], Gen.Int[1, 14], Gen.Int[3, 4]);
        Gen.Select(register.Array[1, 12], Gen.Int[8, 125], Gen.Int[0, 200]).Sample(
            (registers, registersMax, turnaroundMs) =>
            {
                ModbusPoint[] points = [.. registers.Select(r => new ModbusPoint { Address = (ushort)r.Address, Type = (RegisterType)r.Type, Function = (byte)r.Function })];
                MeterTable table = new() { RegistersMax = registersMax };
                (int Function, int Address, int Quantity)[] requests = Requests(table, turnaroundMs, points);
                Assert.All(requests, request => Assert.InRange(request.Quantity, 1, registersMax));
                foreach (ModbusPoint point in points)
                {
                    Assert.Contains(requests, request => request.Function == point.Function && request.Address <= point.Address
                        && request.Address + request.Quantity >= point.Address + RegisterDecoder.WordsOf(point.Type));
                }
                ModbusMeter meter = Meter(table, points);
                meter.Begin(turnaroundMs);
                if (!meter.IsDoubtful)
                    Assert.Equal(requests.Length, requests.Select(request => (request.Function, request.Quantity)).Distinct().Count());
                for (int i = 0; i < requests.Length; i++)
                {
                    // The other shape asks in the other order.
                    (int Function, int Address, int Quantity) asked = requests[requests.Length - 1 - i];
                    (int function, int address, int quantity) = Request(meter, i, shape: 1);
                    Assert.Equal((asked.Function, asked.Address), (function, address));
                    Assert.True(quantity > asked.Quantity || asked.Quantity == registersMax || registersMax - asked.Quantity <= requests.Length);
                }
            },
            iter: 2000);
    }

    private static ModbusPoint Point(ushort address, byte function = 4) => new() { Function = function, Address = address, Type = RegisterType.U32 };

    private static ModbusMeter Meter(MeterTable table, params ModbusPoint[] points) => new(table, points, new ModbusPlan(points.Length, 9600));

    private static (int Function, int Address, int Quantity)[] Requests(MeterTable table, params ModbusPoint[] points) => Requests(table, 0, points);

    private static (int Function, int Address, int Quantity)[] Requests(MeterTable table, int turnaroundMs, params ModbusPoint[] points)
    {
        ModbusMeter meter = Meter(table, points);
        meter.Begin(turnaroundMs);
        return [.. Enumerable.Range(0, meter.Requests).Select(request => Request(meter, request, shape: 0))];
    }

    private static (int Function, int Address, int Quantity) Request(ModbusMeter meter, int request, int shape)
    {
        byte[] frame = new byte[BusLine.RequestBytesMax];
        Assert.Equal(8, meter.WriteRequest(request, shape, frame));
        return (frame[1], (frame[2] << 8) | frame[3], (frame[4] << 8) | frame[5]);
    }

    /// <summary>A meter that refuses every request that touches a word it does not have.</summary>
    private static void Serve(BusRig rig, Func<int, bool> has)
    {
        rig.Line.Asked = frame =>
        {
            int address = (frame[2] << 8) | frame[3];
            bool isThere = Enumerable.Range(address, frame[5]).All(has);
            rig.Line.Arrive(20, isThere ? BusRig.Answer(frame, at => at) : BusRig.WithCrc([frame[0], (byte)(frame[1] | 0x80), 2]));
        };
    }
}
