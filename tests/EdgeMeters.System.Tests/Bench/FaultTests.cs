using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Faults;
using EdgeMeters.Bench.Meters;
using EdgeMeters.HostNode.Profiles;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>The fault library: what is drawn is what was asked for, and the same again from the same seed.</summary>
public class FaultTests
{
    private static readonly byte[] ReadImport = [1, 4, 0, 72, 0, 2, 0xF1, 0xDD];

    private static BusDevice Meter(TimeProvider time) => new MeterMaker(time).Make(MeterSheet.Load(MeterProfileLoader.OwnDirectory, "eastron-sdm630"), "1", seed: 5);

    private static List<BusSpeech> Ask(string faults, int seed, int times, out FaultyDevice device)
    {
        Assert.True(Fault.TryParse(faults, out IReadOnlyList<Fault> parsed), faults);
        VirtualTime time = new();
        device = new FaultyDevice(Meter(time), time, parsed, seed);
        List<BusSpeech> speeches = [];
        for (int i = 0; i < times; i++)
        {
            device.Hear(ReadImport, speeches);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        return speeches;
    }

    [Fact]
    public void A_seed_draws_the_same_faults_again_and_another_seed_others()
    {
        const string faults = "late=0.3:0-5000,duplicate=0.2:0-100,corrupted=0.3:1-3,truncated=0.2:1-4,foreign=0.1,exception=0.1:1-6,dead=0.01:1-5";
        string[] first = [.. Ask(faults, 7, 500, out _).Select(speech => $"{speech.DelayMicroseconds} {Convert.ToHexString(speech.Bytes)}")];
        Assert.Equal(first, Ask(faults, 7, 500, out _).Select(speech => $"{speech.DelayMicroseconds} {Convert.ToHexString(speech.Bytes)}"));
        Assert.NotEqual(first, Ask(faults, 8, 500, out _).Select(speech => $"{speech.DelayMicroseconds} {Convert.ToHexString(speech.Bytes)}"));
    }

    [Fact]
    public void Each_fault_of_a_meter_is_what_its_name_says()
    {
        byte[] sound = Assert.Single(Ask("late=0:0", 1, 1, out _)).Bytes;
        Assert.Equal(9, sound.Length);
        Assert.All(Ask("late=1:200-5000", 1, 200, out _), speech => Assert.InRange(speech.DelayMicroseconds, 200_000, 5_000_000));
        Assert.Equal(400, Ask("duplicate=1:0", 1, 200, out _).Count);
        Assert.All(Ask("truncated=1:1-4", 1, 200, out _), speech => Assert.InRange(speech.Bytes.Length, 5, 8));
        Assert.All(Ask("exception=1:6", 1, 200, out _), speech => Assert.Equal(new byte[] { 1, 0x84, 6 }, speech.Bytes[..3]));
        Assert.All(Ask("foreign=1", 1, 200, out _), speech => Assert.NotEqual(1, speech.Bytes[0]));
        Assert.All(Ask("corrupted=1:1-3", 1, 2000, out FaultyDevice corrupting), speech => Assert.False(HasCrc(speech.Bytes)));
        Assert.Equal(200, Ask("corrupted=1:1", 1, 200, out _).Count);
        Assert.Equal(2000, corrupting.CountOf(FaultKind.Corrupted));
        Assert.Empty(Ask("dead=1:1000", 1, 200, out _));
        Assert.All(Ask("slow=1:300", 1, 20, out _), speech => Assert.Equal(300_000, speech.DelayMicroseconds));
        Assert.InRange(Ask("dead=0.1:10", 3, 1000, out _).Count, 300, 700);
    }

    [Fact]
    public void After_a_restart_registers_begin_from_zero_and_after_an_exchange_elsewhere()
    {
        VirtualTime time = new();
        BusDevice meter = Meter(time);
        long before = meter.Faces[0].Now;
        FaultyDevice faulty = new(meter, time, [new Fault(FaultKind.Restart, 1, 1000, 1000)], seed: 1);
        faulty.Hear(ReadImport, []);
        Assert.Equal(0, meter.Faces[0].Now);
        meter.Exchange(new Random(2));
        Assert.NotEqual(0, meter.Faces[0].Now);
        Assert.NotEqual(before, meter.Faces[0].Now);
    }

    [Theory]
    [InlineData("late")]
    [InlineData("late=2")]
    [InlineData("late=0.1:5-1")]
    [InlineData("nonsense=0.1")]
    [InlineData("late=0.1:1-2-3")]
    [InlineData("3=0.1")]
    public void What_names_no_fault_is_refused(string text) => Assert.False(Fault.TryParse(text, out _));

    [Fact]
    public void What_a_fault_prints_is_read_as_itself()
    {
        Assert.All(Fault.All(0.125), fault =>
        {
            Assert.True(Fault.TryParse(fault.ToString(), out IReadOnlyList<Fault> read));
            Assert.Equal(fault, Assert.Single(read));
        });
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), Fault.All(0.1).Select(fault => fault.Kind).Order());
    }

    private static bool HasCrc(byte[] frame)
    {
        ushort crc = EdgeMeters.Metering.Bus.Modbus.Crc16.Compute(frame, 0, frame.Length - 2);
        return frame[^2] == (byte)crc && frame[^1] == (byte)(crc >> 8);
    }
}
