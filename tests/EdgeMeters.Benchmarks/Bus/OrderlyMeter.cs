using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;

namespace EdgeMeters.Benchmarks.Bus;

/// <summary>A meter that answers its requests strictly one after the other, and one of its registers late: what it owes it says first.</summary>
internal sealed class OrderlyMeter(BusDevice device, ushort lateAddress, int lateMs, TimeProvider time) : IBusListener
{
    private long _busyUntilMicroseconds;

    public LineSetting Setting => device.Setting;

    public void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches)
    {
        int before = speeches.Count;
        device.Hear(frame, speeches);
        if (speeches.Count == before)
            return;
        long now = (long)(time.GetTimestamp() * (1_000_000.0 / time.TimestampFrequency));
        bool isLate = ((frame[2] << 8) | frame[3]) == lateAddress;
        long begin = Math.Max(now, _busyUntilMicroseconds) + (isLate ? 1000L * lateMs : speeches[^1].DelayMicroseconds);
        _busyUntilMicroseconds = begin + Setting.Microseconds(speeches[^1].Bytes.Length);
        speeches[^1] = speeches[^1] with { DelayMicroseconds = begin - now };
    }
}
