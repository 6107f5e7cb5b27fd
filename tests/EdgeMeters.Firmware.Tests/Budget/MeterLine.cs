using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>A bus of meters that count kilowatt-hours in 32-bit floats; some answers are disturbed, some do not come. Allocates nothing.</summary>
internal sealed class MeterLine(VirtualClock clock) : ISerialLine
{
    private const int AnswerMs = 30;

    private readonly byte[] _answer = new byte[16];
    private int _answerBytes;

    public int BaudRate => 9600;

    public long Requests { get; private set; }

    /// <summary>Every so many-th answer has a flipped bit; 0 for none.</summary>
    public int DisturbedEvery { get; set; }

    /// <summary>Every so many-th request finds no ear; 0 for none.</summary>
    public int SilentEvery { get; set; }

    public void Use(int baudRate, byte parity, byte stopBits)
    {
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        Requests++;
        float kilowattHours = 1000 * buffer[offset] + clock.MonotonicMs / 3_600_000;
        uint bits = BitConverter.SingleToUInt32Bits(kilowattHours);
        _answer[0] = buffer[offset];
        _answer[1] = buffer[offset + 1];
        int bytes = 2 * buffer[offset + 5];
        _answer[2] = (byte)bytes;
        for (int i = 0; i < bytes; i++)
            _answer[3 + i] = i < 4 ? (byte)(bits >> (24 - 8 * i)) : (byte)0;
        ushort crc = Crc16.Compute(_answer, 0, 3 + bytes);
        _answer[3 + bytes] = (byte)crc;
        _answer[4 + bytes] = (byte)(crc >> 8);
        _answerBytes = SilentEvery == 0 || Requests % SilentEvery != 0 ? 5 + bytes : 0;
        if (DisturbedEvery != 0 && Requests % DisturbedEvery == 0)
            _answer[5] ^= 0x10;
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int answerBytes = _answerBytes;
        _answerBytes = 0;
        clock.Advance(answerBytes == 0 ? timeoutMs : AnswerMs);
        Array.Copy(_answer, 0, buffer, offset, answerBytes);
        return answerBytes;
    }
}
