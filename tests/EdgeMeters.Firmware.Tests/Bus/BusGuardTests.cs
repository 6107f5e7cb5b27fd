using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Faults;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Each guard of the bus by itself, on a line where nothing else would catch what it catches: without it these turn red.</summary>
public sealed class BusGuardTests(ITestOutputHelper output)
{
    private const int Rounds = 500;

    private readonly VirtualTime _time = new();

    /// <summary>Two registers far apart, alike but for the word that can be read behind the second: by it the lengths of their answers differ.</summary>
    private static readonly MeterSheet TwoLengths = Sheet(new SheetRegister { Function = 3, Address = 0, Type = "u32" }, new SheetRegister { Function = 3, Address = 500, Type = "u32" }) with
    {
        Samples = [new SheetRegister { Function = 3, Address = 502, Type = "u16" }],
    };

    private static MeterSheet Sheet(params SheetRegister[] registers) => new() { Id = "modbus-rtu", Bus = new SheetBus(), Registers = registers };

    /// <summary>A meter whose dials stand near each other, as those of a stairwell do: no register is implausible for the other.</summary>
    private StreetMeter Meter(MeterSheet sheet, int unit, int firstChannel, params Fault[] faults)
    {
        string address = MeterMaker.AddressOf(sheet, unit);
        MeterMaker maker = new(_time) { TurnaroundMicroseconds = 20_000, PerHour = 10_000 };
        BusDevice device = maker.Make(sheet, address, seed: unit);
        for (int i = 0; i < device.Faces.Count; i++)
            device.Faces[i].ShowFromNow(1000 + (12 * i) + (12 * unit));
        return new StreetMeter(sheet, address, device, new FaultyDevice(device, _time, faults, seed: unit), _time) { FirstChannel = firstChannel };
    }

    private BusStreet Read(LineTable table, params StreetMeter[] meters)
    {
        BusStreet street = new(_time, table, meters, seed: 1);
        for (int i = 0; i < Rounds; i++)
        {
            street.ReadRound();
            street.Rest(100 + (i % 7));
        }
        output.WriteLine($"{street.Tally}; {street.Bus.StaleAnswers} stale answers");
        return street;
    }

    /// <summary>Quarantine: as long as no meter is later than the line's own limit, no answer ever falls into the time of a later request.</summary>
    [Fact]
    public void No_answer_within_the_stated_lateness_meets_a_later_request()
    {
        LineTable table = new();
        Fault late = new(FaultKind.Late, 0.3, 0, table.LateAnswerMsMax - 200);
        BusStreet street = Read(table, Meter(TwoLengths, 1, 0, late), Meter(TwoLengths, 2, 2, late));
        Assert.Equal(0, street.Bus.StaleAnswers);
        Assert.Equal(0, street.Tally.Wrong);
        Assert.True(street.Tally.CountOf(BusResult.Ok) > street.Tally.Readings / 2, street.Tally.ToString());
    }

    /// <summary>Length check: a surplus answer of one request comes in the time of the next, which has another length.</summary>
    [Fact]
    public void A_surplus_answer_is_told_by_its_length()
    {
        BusStreet street = Read(new LineTable(), Meter(TwoLengths, 1, 0, new Fault(FaultKind.Duplicate, 0.3, 15, 25)));
        Assert.True(street.Bus.StaleAnswers > Rounds / 10, "no surplus answer met a later request");
        Assert.Equal(0, street.Tally.Wrong);
        Assert.True(street.Tally.CountOf(BusResult.Ok) > street.Tally.Readings / 2, street.Tally.ToString());
    }

    /// <summary>Unit check: a neighbour answers instead, soundly and with a register that this meter could have.</summary>
    [Fact]
    public void A_neighbours_answer_is_told_by_its_unit()
    {
        MeterSheet sheet = Sheet(TwoLengths.Registers[0]);
        StreetMeter neighbour = Meter(sheet, 2, 1);
        StreetMeter asked = Meter(sheet, 1, 0);
        Usurper usurper = new(neighbour, asked, new Random(Seed.Take(output)));
        BusStreet street = Read(new LineTable(), new StreetMeter(sheet, "1", asked.Device, usurper, _time), neighbour);
        Assert.True(usurper.Answers > Rounds / 10, "the neighbour never answered");
        Assert.Equal(0, street.Tally.Wrong);
        Assert.True(street.Tally.CountOf(BusResult.Ok) > street.Tally.Readings / 2, street.Tally.ToString());
    }

    /// <summary>Hears the requests to unit 1, and now and then has unit 2 answer them.</summary>
    private sealed class Usurper(StreetMeter neighbour, StreetMeter asked, Random random) : IBusListener
    {
        public LineSetting Setting => asked.Setting;

        public int Answers { get; private set; }

        public void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches)
        {
            if (frame[0] != 1 || random.Next(4) != 0)
            {
                asked.Hear(frame, speeches);
                return;
            }
            ushort crc = Metering.Bus.Modbus.Crc16.Compute([2, .. frame[1..^2]], 0, frame.Length - 2);
            neighbour.Device.Hear([2, .. frame[1..^2], (byte)crc, (byte)(crc >> 8)], speeches);
            Answers++;
        }
    }
}
