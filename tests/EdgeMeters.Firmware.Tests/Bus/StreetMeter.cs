using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Faults;
using EdgeMeters.Bench.Meters;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>A virtual meter on the line of a <see cref="BusStreet"/>, and when it was first asked in the round that is under way.</summary>
internal sealed class StreetMeter(MeterSheet sheet, string address, BusDevice device, IBusListener listener, TimeProvider time) : IBusListener
{
    public MeterSheet Sheet => sheet;

    public string Address => address;

    public BusDevice Device => device;

    public FaultyDevice? Faulty => listener as FaultyDevice;

    public LineSetting Setting => device.Setting;

    /// <summary>Null while no request of this round was answered, however wrongly or late.</summary>
    public DateTimeOffset? AskedUtc { get; set; }

    /// <summary>A meter that is not there: heard by nobody.</summary>
    public bool IsAway { get; set; }

    /// <summary>The number of the first channel of its registers.</summary>
    public int FirstChannel { get; init; }

    public void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches)
    {
        if (IsAway)
            return;
        int before = speeches.Count;
        listener.Hear(frame, speeches);
        if (speeches.Count > before)
            AskedUtc ??= time.GetUtcNow();
    }
}
