using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>A line with one meter on it, which leaves the first requests unanswered. Waiting on it moves the clock.</summary>
internal sealed class SelfTestLine : ISerialLine
{
    private const int WordsMax = 8;

    private readonly SelfTestClock _clock;
    private readonly byte _unit;
    private readonly int _unanswered;
    private readonly byte[] _answer = new byte[5 + 2 * WordsMax];
    private int _count;
    private int _waiting;

    public SelfTestLine(SelfTestClock clock, byte unit, int unanswered)
    {
        _clock = clock;
        _unit = unit;
        _unanswered = unanswered;
    }

    public int BaudRate
    {
        get { return 9600; }
    }

    public int Requests { get; private set; }

    public void Use(int baudRate, byte parity, byte stopBits)
    {
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        Requests++;
        if (Requests <= _unanswered || buffer[offset] != _unit)
            return;
        _answer[0] = _unit;
        _answer[1] = buffer[offset + 1];
        int bytes = 3 + 2 * buffer[offset + 5];
        _answer[2] = (byte)(bytes - 3);
        for (int i = 3; i < bytes; i++)
            _answer[i] = (byte)(0xED + i);
        ushort crc = Crc16.Compute(_answer, 0, bytes);
        _answer[bytes] = (byte)crc;
        _answer[bytes + 1] = (byte)(crc >> 8);
        _count = bytes + 2;
        _waiting = _count;
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (_waiting == 0)
        {
            _clock.MonotonicMs += timeoutMs;
            return 0;
        }
        // One byte at a time: the frame has to be put together.
        buffer[offset] = _answer[_count - _waiting];
        _waiting--;
        _clock.MonotonicMs++;
        return 1;
    }
}
