using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>A bus of meters that count kilowatt-hours in 32-bit floats; some answers are disturbed, some do not come. Allocates nothing.</summary>
internal sealed class MeterLine(VirtualClock clock) : ISerialLine
{
    private const int AnswerBytes = 9;
    private const int AnswerMs = 30;

    private readonly byte[] _answer = new byte[AnswerBytes];
    private bool _isAnswerDue;

    public int BaudRate => 9600;

    public long Requests { get; private set; }

    /// <summary>Every so many-th answer has a flipped bit; 0 for none.</summary>
    public int DisturbedEvery { get; set; }

    /// <summary>Every so many-th request finds no ear; 0 for none.</summary>
    public int SilentEvery { get; set; }

    public void Write(byte[] buffer, int offset, int count)
    {
        Requests++;
        _isAnswerDue = SilentEvery == 0 || Requests % SilentEvery != 0;
        float kilowattHours = 1000 * buffer[offset] + clock.MonotonicMs / 3_600_000;
        uint bits = BitConverter.SingleToUInt32Bits(kilowattHours);
        _answer[0] = buffer[offset];
        _answer[1] = buffer[offset + 1];
        _answer[2] = 4;
        for (int i = 0; i < 4; i++)
            _answer[3 + i] = (byte)(bits >> (24 - 8 * i));
        ushort crc = Crc16.Compute(_answer, 0, AnswerBytes - 2);
        _answer[7] = (byte)crc;
        _answer[8] = (byte)(crc >> 8);
        if (DisturbedEvery != 0 && Requests % DisturbedEvery == 0)
            _answer[5] ^= 0x10;
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (!_isAnswerDue)
        {
            clock.Advance(timeoutMs);
            return 0;
        }
        _isAnswerDue = false;
        clock.Advance(AnswerMs);
        _answer.CopyTo(buffer, offset);
        return AnswerBytes;
    }
}
