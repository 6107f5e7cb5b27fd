using System.Globalization;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Faults;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>
/// A register that the node believes is one that the meter showed. Wrong is a register that its own dial did not show at any instant between the
/// first request of the round that the meter answered and the end of the round's reading; whether another register showed it is told beside.
/// </summary>
/// <remarks>
/// A line with meters of all protocols at two baud rates, two meters at one address, and every fault of the bench, answers up to five seconds late
/// among them, that is later than the node's own patience. Short by default; EDGEMETERS_BUS_READINGS=1000000 makes it long.
/// </remarks>
public sealed class ZeroWrongTests(ITestOutputHelper output)
{
    private const string Variable = "EDGEMETERS_BUS_READINGS";
    private const int ReadingsByDefault = 20_000;

    private static readonly LineSetting Slow = new(2400, 2, 1);

    private static long Readings => long.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out long readings)
        ? readings
        : ReadingsByDefault;

    private static SheetRegister Modbus(byte function, int address, string type, string order = "abcd", int floatScale = 1, SheetScale? scale = null) =>
        new() { Function = function, Address = address, Type = type, Order = order, FloatScale = floatScale, Scale = scale };

    private static SheetRegister Dlt(string di, int offset = 0) => new() { Di = di, Offset = offset };

    private static SheetRegister MBus(string quantity, int exponent, int storage = 0) => new() { Quantity = quantity, Exponent = exponent, Storage = storage };

    private static MeterSheet Sheet(string kind, params SheetRegister[] registers) => new() { Id = kind, Bus = new SheetBus { Kind = kind }, Registers = registers };

    /// <summary>Registers side by side and far apart, alike and unlike in length, floats, digits and scales.</summary>
    private static readonly (MeterSheet Sheet, LineSetting Setting)[] Kinds =
    [
        (Sheet("modbus-rtu", Modbus(4, 72, "f32", floatScale: 1000), Modbus(4, 74, "f32", floatScale: 1000)), LineSetting.Usual),
        (Sheet("modbus-rtu", Modbus(3, 8, "u32", "cdab"), Modbus(3, 4000, "u32", "cdab"), Modbus(3, 9000, "u32")), LineSetting.Usual),
        (Sheet("modbus-rtu", Modbus(3, 0, "bcd48"), Modbus(4, 100, "u64", scale: new SheetScale("power-of-ten", 120, 0, -2, 3)), Modbus(3, 200, "u16")), LineSetting.Usual),
        (Sheet("dlt645-2007", Dlt("00010000"), Dlt("00020000"), Dlt("0003FF00", 4)), Slow),
        (Sheet("dlt645-1997", Dlt("9010"), Dlt("9020")), Slow),
        (Sheet("cjt188-2004", new SheetRegister { UnitCode = "2C" }, new SheetRegister { Field = 1, UnitCode = "2C" }), Slow),
        (Sheet("mbus", MBus("energy-wh", 1), MBus("volume", -3), MBus("energy-wh", 1, storage: 1)), Slow),
    ];

    private static BusStreet Street(int seed, double probability, LineTable table)
    {
        VirtualTime time = new();
        Random random = new(seed);
        IReadOnlyList<Fault> faults = Fault.All(probability);
        List<StreetMeter> meters = [];
        int channels = 0;
        // Of each kind two: what one answers is well-formed for the other.
        for (int i = 0; i < 2 * Kinds.Length; i++)
        {
            (MeterSheet sheet, LineSetting setting) = Kinds[i % Kinds.Length];
            string address = MeterMaker.AddressOf(sheet, i + 1);
            MeterMaker maker = new(time) { Setting = setting, PerHour = random.Next(1000, 60_000), TurnaroundMicroseconds = random.Next(2_000, 60_000) };
            BusDevice device = maker.Make(sheet, address, random.Next());
            meters.Add(new StreetMeter(sheet, address, device, new FaultyDevice(device, time, faults, random.Next()), time) { FirstChannel = channels });
            channels += sheet.Registers.Length;
        }
        // Two meters at one address, sound otherwise: they begin to answer within three bytes of each other.
        MeterSheet clashing = Kinds[0].Sheet;
        BusDevice[] twins =
        [
            .. Enumerable.Range(0, 2).Select(i => new MeterMaker(time) { PerHour = 30_000, TurnaroundMicroseconds = 20_000 + (i * random.Next(3000)) }.Make(clashing, "99", random.Next())),
        ];
        meters.Add(new StreetMeter(clashing, "99", twins[0], twins[0], time) { FirstChannel = channels });
        BusStreet street = new(time, table, meters, random.Next(), twins[1]);
        street.Bus.Faults = new LineFaults(LineSetting.Usual, faults, random.Next());
        return street;
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.06)]
    public void With_all_faults_at_once_no_register_is_wrong_and_none_is_another_meters(double probability)
    {
        int seed = Seed.Take(output);
        BusStreet street = Street(seed, probability, new LineTable());
        Random random = new(seed);
        while (street.Tally.Readings < Readings)
        {
            street.ReadRound();
            street.Rest(random.Next(1, 20_000));
        }
        output.WriteLine($"probability {probability}: {street.Tally}; {street.Bus.Bytes} bytes, {street.Bus.Collisions} collisions, {street.Time.MonotonicMs / 1000} s of the line's time");
        Assert.True(street.Tally.Wrong == 0, string.Join("\n", street.Tally.Examples));
        Assert.Equal(0, street.Tally.Misattributed);
        Assert.True(street.Tally.CountOf(BusResult.Ok) > street.Tally.Readings * (probability > 0.05 ? 0.1 : 0.5), street.Tally.ToString());
    }
}
