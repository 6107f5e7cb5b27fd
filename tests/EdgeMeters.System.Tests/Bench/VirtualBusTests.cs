using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>The line in virtual time: what each byte costs, who is heard, and what two that speak at once make of each other.</summary>
public class VirtualBusTests
{
    private static readonly LineSetting Slow = new(1200, 2, 1);

    private readonly VirtualTime _time = new();

    /// <summary>Says the same after every frame.</summary>
    private sealed class Parrot(LineSetting setting, long delayMicroseconds, params byte[] bytes) : IBusListener
    {
        public LineSetting Setting => setting;

        public int Frames { get; private set; }

        public void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches)
        {
            Frames++;
            speeches.Add(new BusSpeech(bytes, delayMicroseconds));
        }
    }

    private static readonly byte[] Request = [1, 4, 0, 72, 0, 2, 0xF1, 0xDD];

    private VirtualBus Bus(params IBusListener[] listeners) => new(_time, LineSetting.Usual, seed: 1, listeners);

    private byte[] Ask(VirtualBus bus, int waitMs)
    {
        bus.Write(Request, 0, Request.Length);
        List<byte> heard = [];
        byte[] buffer = new byte[64];
        long endMs = _time.MonotonicMs + waitMs;
        while (_time.MonotonicMs < endMs)
            heard.AddRange(buffer[..bus.Read(buffer, 0, buffer.Length, (int)(endMs - _time.MonotonicMs))]);
        return [.. heard];
    }

    [Fact]
    public void Bytes_take_their_time_at_the_baud_rate_with_parity_and_stop_bits()
    {
        Assert.Equal(10, LineSetting.Usual.BitsPerByte);
        Assert.Equal(11, Slow.BitsPerByte);
        Parrot parrot = new(LineSetting.Usual, 5000, 1, 2, 3);
        VirtualBus bus = Bus(parrot);
        bus.Write(Request, 0, 8);
        byte[] buffer = new byte[8];
        Assert.Equal(1, bus.Read(buffer, 0, 8, 1000));
        // Eight bytes out, 5 ms, one byte in, each of 10 bits.
        Assert.Equal(LineSetting.Usual.Microseconds(8) + 5000 + LineSetting.Usual.Microseconds(1), _time.Microseconds);
        Assert.Equal(1, bus.Read(buffer, 0, 8, 1000));
        Assert.Equal(1, bus.Read(buffer, 0, 8, 1000));
        Assert.Equal(0, bus.Read(buffer, 0, 8, 100));
        Assert.Equal(LineSetting.Usual.Microseconds(8) + 5000 + LineSetting.Usual.Microseconds(3) + 100_000, _time.Microseconds);
    }

    [Fact]
    public void Time_that_passed_elsewhere_lets_everything_arrive_at_once()
    {
        VirtualBus bus = Bus(new Parrot(LineSetting.Usual, 5000, 1, 2, 3));
        bus.Write(Request, 0, 8);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, bus.Read(new byte[8], 0, 8, 1000));
        Assert.Equal(1_000_000, _time.Microseconds);
    }

    [Fact]
    public void Two_that_speak_at_once_garble_each_other_and_nobody_hears_both_whole()
    {
        VirtualBus bus = Bus(new Parrot(LineSetting.Usual, 5000, 1, 2, 3, 4), new Parrot(LineSetting.Usual, 7500, 11, 12, 13, 14));
        byte[] heard = Ask(bus, 100);
        // 2.4 bytes of the first are over when the second begins; the second's first whole byte after the first's end is its third.
        Assert.Equal([1, 2], heard[..2]);
        Assert.NotEqual(3, heard[2]);
        Assert.NotEqual(4, heard[3]);
        Assert.Equal([13, 14], heard[4..]);
        Assert.Equal(1, bus.Collisions);
    }

    [Fact]
    public void Who_speaks_while_the_node_sends_is_not_heard_and_garbles_what_is_sent()
    {
        Parrot parrot = new(LineSetting.Usual, 20_000, 1, 2, 3, 4);
        VirtualBus bus = Bus(parrot);
        bus.Write(Request, 0, 8);
        Assert.Equal(0, bus.Read(new byte[8], 0, 8, 25));
        Assert.Equal(1, parrot.Frames);
        Assert.Empty(Ask(bus, 200));
        Assert.Equal(1, parrot.Frames);
    }

    [Fact]
    public void A_meter_at_another_setting_hears_nothing_and_what_it_says_is_noise()
    {
        Parrot parrot = new(Slow, 5000, 1, 2, 3);
        VirtualBus bus = Bus(parrot);
        Assert.Empty(Ask(bus, 200));
        Assert.Equal(0, parrot.Frames);
        bus.Use(1200, 2, 1);
        bus.Write(Request, 0, 8);
        Assert.Equal(0, bus.Read(new byte[8], 0, 8, 74));
        Assert.Equal(1, parrot.Frames);
        bus.Use(9600, 0, 1);
        List<byte> heard = [];
        byte[] buffer = new byte[64];
        for (int read = 1; read > 0;)
            heard.AddRange(buffer[..(read = bus.Read(buffer, 0, 64, 100))]);
        // Three bytes of 9.2 ms are 26 of 1.04 ms.
        Assert.Equal(26, heard.Count);
    }

    [Fact]
    public void Meters_of_several_protocols_answer_on_one_line_each_at_its_own()
    {
        Dlt645Device dlt = new("000000000161") { Setting = Slow };
        dlt.Put("00010000", () => [0x26, 0, 0, 0]);
        MBusDevice mbus = new(5, "12345678", 7) { Setting = Slow };
        VirtualBus bus = Bus(dlt, mbus, new Cjt188Device(0x10, "78330011223344") { Setting = Slow });
        bus.Use(1200, 2, 1);
        byte[] buffer = new byte[64];
        foreach ((string request, string answer) in new[]
        {
            ("FEFEFEFE6861010000000068110433333433" + "1416", "68610100000000689108333334335933" + "33338A16"),
            ("1040054516", "E5"),
        })
        {
            byte[] bytes = Convert.FromHexString(request);
            bus.Write(bytes, 0, bytes.Length);
            List<byte> heard = [];
            for (int read = 1; read > 0;)
                heard.AddRange(buffer[..(read = bus.Read(buffer, 0, 64, 500))]);
            Assert.Equal(answer, Convert.ToHexString([.. heard]));
        }
    }
}
