using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>A line with one meter on it, which leaves the first requests unanswered. Waiting on it moves the clock.</summary>
internal sealed class SelfTestLine : ISerialLine
{
    private const int Words = 2;

    private readonly SelfTestClock _clock;
    private readonly byte _unit;
    private readonly int _unanswered;
    private readonly byte[] _answer = new byte[5 + 2 * Words];
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

    public void Write(byte[] buffer, int offset, int count)
    {
        Requests++;
        if (Requests <= _unanswered || buffer[offset] != _unit)
            return;
        _answer[0] = _unit;
        _answer[1] = buffer[offset + 1];
        _answer[2] = 2 * Words;
        for (int i = 0; i < 2 * Words; i++)
            _answer[3 + i] = (byte)(0xF0 + i);
        ushort crc = Crc16.Compute(_answer, 0, 3 + 2 * Words);
        _answer[3 + 2 * Words] = (byte)crc;
        _answer[4 + 2 * Words] = (byte)(crc >> 8);
        _waiting = _answer.Length;
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (_waiting == 0)
        {
            _clock.MonotonicMs += timeoutMs;
            return 0;
        }
        // One byte at a time: the frame has to be put together.
        buffer[offset] = _answer[_answer.Length - _waiting];
        _waiting--;
        _clock.MonotonicMs++;
        return 1;
    }
}
