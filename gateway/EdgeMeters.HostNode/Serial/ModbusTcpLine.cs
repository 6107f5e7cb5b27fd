using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode.Serial;

/// <summary>
/// Modbus TCP in the clothes of a serial line: takes and gives frames of Modbus RTU, and sends and hears them with an MBAP header instead of
/// their checksum (Modbus Messaging on TCP/IP V1.0b, 3.1.3), so that the bus code is the same on both.
/// </summary>
/// <remarks>
/// Only the answer to the latest request is passed on: its transaction number, which comes again after 65,536 requests, its unit, protocol 0, and the
/// length that its content has. What differs is dropped and counted. Bytes that cannot be frames at all leave no way to find the next one, so the line is then gone and is to be
/// opened anew. Reading and writing allocate nothing.
/// </remarks>
public sealed class ModbusTcpLine : ISerialLine, IDisposable
{
    /// <summary>Transaction, protocol and length: what lies before the bytes that the length counts.</summary>
    private const int LengthEnd = 6;

    /// <summary>Unit, function and one byte: the shortest answer is a refusal.</summary>
    private const int LengthMin = 3;

    /// <summary>A unit and the longest PDU of 253 bytes.</summary>
    private const int LengthMax = 254;

    /// <summary>Unit, function, address, and quantity or content.</summary>
    private const int WriteAnswerLength = 6;

    private const int CrcBytes = 2;

    private readonly ISerialLine _line;
    private readonly string _name;
    private readonly byte[] _request = new byte[LengthEnd + LengthMax];
    private readonly byte[] _arrived = new byte[2 * (LengthEnd + LengthMax)];
    private readonly byte[] _answer = new byte[LengthMax + CrcBytes];
    private int _arrivedCount;
    private int _answerStart;
    private int _answerCount;
    private ushort _transaction;
    private bool _isAwaited;

    /// <param name="line">The connection.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="firstTransaction">Number of the first request: drawn at random, so that a server does not take a new connection's for old ones.</param>
    public ModbusTcpLine(ISerialLine line, string name, ushort firstTransaction)
    {
        _line = line;
        _name = name;
        _transaction = (ushort)(firstTransaction - 1);
    }

    public int BaudRate => _line.BaudRate;

    /// <summary>Frames that came and were no answer to the latest request.</summary>
    public long FramesDropped { get; private set; }

    public void Use(int baudRate, byte parity, byte stopBits) => _line.Use(baudRate, parity, stopBits);

    /// <param name="buffer">One whole request of Modbus RTU, its checksum included.</param>
    /// <exception cref="ArgumentException">It is no request of Modbus RTU: another protocol does not go over Modbus TCP.</exception>
    public void Write(byte[] buffer, int offset, int count)
    {
        int body = count - CrcBytes;
        if (body is < LengthMin or > LengthMax
            || Crc16.Compute(buffer, offset, body) != (buffer[offset + body] | (buffer[offset + body + 1] << 8)))
            throw new ArgumentException($"{_name} carries Modbus only, and this is no request of Modbus", nameof(buffer));
        _transaction++;
        Put(_request, 0, _transaction);
        Put(_request, 2, 0);
        Put(_request, 4, (ushort)body);
        Array.Copy(buffer, offset, _request, LengthEnd, body);
        _answerCount = 0;
        _isAwaited = true;
        _line.Write(_request, 0, LengthEnd + body);
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        long deadlineMs = Environment.TickCount64 + timeoutMs;
        long leftMs = timeoutMs;
        while (_answerCount == 0 && !TakeAnswer())
        {
            // A server that keeps sending what nobody asked for does not hold the caller beyond its time.
            int read = leftMs < 0 ? 0 : _line.Read(_arrived, _arrivedCount, _arrived.Length - _arrivedCount, (int)leftMs);
            if (read == 0)
                return 0;
            _arrivedCount += read;
            leftMs = deadlineMs - Environment.TickCount64;
        }
        int taken = Math.Min(count, _answerCount);
        Array.Copy(_answer, _answerStart, buffer, offset, taken);
        _answerStart += taken;
        _answerCount -= taken;
        return taken;
    }

    public void Dispose() => (_line as IDisposable)?.Dispose();

    /// <summary>Takes whole frames from what has arrived until one is the answer that is awaited.</summary>
    private bool TakeAnswer()
    {
        while (_arrivedCount >= LengthEnd)
        {
            int length = Get(_arrived, 4);
            if (length is < LengthMin or > LengthMax)
            {
                throw new DeviceException($"{_name} sends what is no Modbus TCP (a length of {length}): if it is a converter that passes serial bytes on, "
                    + $"write rtu+{_name}");
            }
            int frameBytes = LengthEnd + length;
            if (_arrivedCount < frameBytes)
                return false;
            // A second answer to the same request would be taken for one to a repeated request: the first is the only one.
            bool isAnswer = _isAwaited && Get(_arrived, 0) == _transaction && Get(_arrived, 2) == 0 && _arrived[LengthEnd] == _request[LengthEnd]
                && length == LengthOf(_arrived[LengthEnd + 1], _arrived[LengthEnd + 2]);
            if (isAnswer)
                Keep(length);
            else
                FramesDropped++;
            _arrivedCount -= frameBytes;
            Array.Copy(_arrived, frameBytes, _arrived, 0, _arrivedCount);
            if (isAnswer)
                return true;
        }
        return false;
    }

    /// <summary>
    /// What the header's length must be by the answer itself: the checksum of a serial line would tell a frame that is cut short or goes on, and here
    /// there is none.
    /// </summary>
    private static int LengthOf(byte function, byte next) => function switch
    {
        >= 0x80 => LengthMin,
        <= ModbusFrame.ReadInputRegisters => LengthMin + next,
        _ => WriteAnswerLength,
    };

    private void Keep(int length)
    {
        Array.Copy(_arrived, LengthEnd, _answer, 0, length);
        ushort crc = Crc16.Compute(_answer, 0, length);
        _answer[length] = (byte)crc;
        _answer[length + 1] = (byte)(crc >> 8);
        _answerStart = 0;
        _answerCount = length + CrcBytes;
        _isAwaited = false;
    }

    private static int Get(byte[] bytes, int offset) => (bytes[offset] << 8) | bytes[offset + 1];

    private static void Put(byte[] bytes, int offset, ushort number)
    {
        bytes[offset] = (byte)(number >> 8);
        bytes[offset + 1] = (byte)number;
    }
}
