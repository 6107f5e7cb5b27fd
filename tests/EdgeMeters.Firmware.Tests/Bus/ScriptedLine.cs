using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>A serial line in virtual time: what was scripted arrives at its moment, and waiting is what makes time pass.</summary>
internal sealed class ScriptedLine(VirtualClock clock) : ISerialLine
{
    private readonly SortedList<(long AtMs, int Order), byte[]> _arriving = [];
    private int _order;

    public int BaudRate { get; private set; } = 9600;

    public List<int> BaudRates { get; } = [];

    /// <summary>Called with every request; schedules answers by <see cref="Arrive"/>.</summary>
    public Action<byte[]>? Asked { get; set; }

    /// <summary>Called when the node has taken bytes, before it can look at them.</summary>
    public Action? Taken { get; set; }

    public List<(long AtMs, byte[] Frame)> Requests { get; } = [];

    public DeviceException? Gone { get; set; }

    /// <summary>Bytes that reach the node some time from now.</summary>
    public void Arrive(int inMs, params byte[] bytes)
    {
        _arriving.Add((clock.MonotonicMs + inMs, _order++), bytes);
    }

    public void Use(int baudRate, byte parity, byte stopBits)
    {
        if (baudRate != BaudRate)
            BaudRates.Add(baudRate);
        BaudRate = baudRate;
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        if (Gone != null)
            throw Gone;
        byte[] frame = buffer.AsSpan(offset, count).ToArray();
        Requests.Add((clock.MonotonicMs, frame));
        Asked?.Invoke(frame);
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (Gone != null)
            throw Gone;
        Assert.InRange(timeoutMs, 1, 60000);
        long deadlineMs = clock.MonotonicMs + timeoutMs;
        if (_arriving.Count == 0 || _arriving.GetKeyAtIndex(0).AtMs > deadlineMs)
        {
            clock.Advance(timeoutMs);
            return 0;
        }
        (long atMs, _) = _arriving.GetKeyAtIndex(0);
        byte[] bytes = _arriving.GetValueAtIndex(0);
        _arriving.RemoveAt(0);
        if (atMs > clock.MonotonicMs)
            clock.Advance(atMs - clock.MonotonicMs);
        int taken = Math.Min(count, bytes.Length);
        bytes.AsSpan(0, taken).CopyTo(buffer.AsSpan(offset));
        if (taken < bytes.Length)
            _arriving.Add((clock.MonotonicMs, int.MinValue + _order++), bytes[taken..]);
        Taken?.Invoke();
        return taken;
    }
}
