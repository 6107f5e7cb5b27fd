using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>How long the scheduler needs the line, in virtual time: what the line's bytes allow, and what dead meters cost those that live.</summary>
public sealed class BusCycleTests(ITestOutputHelper output)
{
    private const int RoundsToSettle = 5;

    private static readonly MeterSheet Sheet = new()
    {
        Id = "modbus-rtu",
        Bus = new SheetBus(),
        Registers = [.. Enumerable.Range(0, 4).Select(i => new SheetRegister { Function = 4, Address = 72 + (2 * i), Type = "f32", FloatScale = 1000 })],
    };

    private static (BusStreet Street, List<StreetMeter> Meters) Street(int count, LineSetting setting, long turnaroundMicroseconds)
    {
        VirtualTime time = new();
        List<StreetMeter> meters = [];
        for (int i = 0; i < count; i++)
        {
            string address = MeterMaker.AddressOf(Sheet, i + 1);
            BusDevice device = new MeterMaker(time) { Setting = setting, TurnaroundMicroseconds = turnaroundMicroseconds }.Make(Sheet, address, seed: i);
            meters.Add(new StreetMeter(Sheet, address, device, device, time) { FirstChannel = Sheet.Registers.Length * i });
        }
        LineTable table = new() { BaudRate = setting.BaudRate, Parity = setting.Parity, StopBits = setting.StopBits, TimeoutMs = 1000 };
        return (new BusStreet(time, table, meters, seed: 1), meters);
    }

    /// <summary>
    /// The bound: request and answer of every meter byte by byte, and the silence of 3.5 characters that the norm asks for after each of the two
    /// frames. The meters answer as soon as that silence tells them that the request is over.
    /// </summary>
    [Theory]
    [InlineData(9600)]
    [InlineData(19200)]
    public void With_32_meters_that_answer_at_once_the_line_is_used_to_90_percent_of_what_its_bytes_allow(int baudRate)
    {
        LineSetting setting = new(baudRate, 2, 1);
        long silenceMicroseconds = setting.Microseconds(7) / 2;
        (BusStreet street, _) = Street(32, setting, silenceMicroseconds);
        for (int i = 0; i < RoundsToSettle; i++)
            street.ReadRound();
        double boundMs = 32 * (setting.Microseconds(8 + 5 + (2 * 8)) + (2 * silenceMicroseconds)) / 1000.0;
        long tookMs = street.ReadRound();
        output.WriteLine($"{baudRate} baud, 32 meters of 8 registers: {tookMs} ms, bound {boundMs:F0} ms, {100 * boundMs / tookMs:F1} %");
        Assert.Equal(street.Tally.Readings, street.Tally.CountOf(BusResult.Ok));
        Assert.Equal(0, street.Tally.Wrong);
        Assert.True(boundMs >= 0.9 * tookMs, $"{tookMs} ms for {boundMs:F0} ms of bytes and silences");
    }

    /// <summary>The cycle of one that lives: from one of its readings to the next, as rounds follow each other without a pause.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void With_some_of_10_meters_dead_the_others_keep_their_cycle_within_10_percent(int dead)
    {
        double soundMs = CycleMs(0);
        double cycleMs = CycleMs(dead);
        output.WriteLine($"{dead} of 10 dead: cycle {cycleMs:F1} ms, none dead {soundMs:F1} ms, {100 * cycleMs / soundMs:F1} %");
        Assert.True(cycleMs <= 1.1 * soundMs, $"cycle {cycleMs:F1} ms with {dead} of 10 dead, {soundMs:F1} ms with none");
    }

    private static double CycleMs(int dead)
    {
        const int rounds = 2000;
        (BusStreet street, List<StreetMeter> meters) = Street(10, LineSetting.Usual, 20_000);
        for (int i = 0; i < dead; i++)
            meters[(3 * i) % 10].IsAway = true;
        for (int i = 0; i < RoundsToSettle; i++)
            street.ReadRound(msToRound: 0);
        long startMs = street.Time.MonotonicMs;
        long readBefore = street.Tally.CountOf(BusResult.Ok);
        for (int i = 0; i < rounds; i++)
            street.ReadRound(msToRound: 0);
        Assert.Equal((10 - dead) * Sheet.Registers.Length * rounds, street.Tally.CountOf(BusResult.Ok) - readBefore);
        return (double)(street.Time.MonotonicMs - startMs) / rounds;
    }

    [Fact]
    public void A_meter_that_was_dead_is_read_again_once_it_is_back()
    {
        (BusStreet street, List<StreetMeter> meters) = Street(10, LineSetting.Usual, 20_000);
        meters[4].IsAway = true;
        for (int i = 0; i < 20; i++)
            street.ReadRound();
        Assert.True(street.MeterReadings[4].IsDead);
        meters[4].IsAway = false;
        for (int i = 0; i < 1000 && street.MeterReadings[4].IsDead; i++)
            street.ReadRound();
        Assert.False(street.MeterReadings[4].IsDead);
        Assert.Equal(0, street.Tally.Wrong);
    }
}
