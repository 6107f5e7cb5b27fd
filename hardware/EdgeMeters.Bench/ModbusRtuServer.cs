using EdgeMeters.Metering.Bus.Modbus;

namespace EdgeMeters.Bench;

/// <summary>Virtual meters on one line, by Modbus RTU (Modbus over Serial Line V1.02).</summary>
/// <remarks>
/// Answers reads of holding and input registers (functions 3 and 4) and refuses every other function with exception 1. Silent for units that are
/// not here, for broadcasts and for frames with a bad CRC. A pseudo-terminal has no byte times, so a frame is known by its length and CRC, not by
/// 3.5 silent characters: bytes that lead nowhere are skipped one by one, and dropped after a longer silence.
/// </remarks>
public sealed class ModbusRtuServer : IDisposable
{
    private const int ReadRequestBytes = 8;

    /// <summary>Unit, function and CRC: less is no frame.</summary>
    private const int FrameBytesMin = 4;

    private const int FrameBytesMax = 256;

    /// <summary>A program writes a frame in one piece; a rest that gets no company for so long will not be completed.</summary>
    private const int SilenceMs = 100;

    private const int StopTimeoutMs = 2000;

    /// <summary>MODBUS Application Protocol V1.1b3, 6.3 and 6.4.</summary>
    private const int RegistersPerReadMax = 125;

    private readonly PseudoTerminal _terminal;
    private readonly IVirtualMeter[] _meters;
    private readonly Thread _thread;
    private readonly byte[] _heard = new byte[FrameBytesMax];
    private int _heardCount;
    private long _answers;
    private volatile bool _isStopping;

    /// <param name="terminal">The line; stays the caller's, who disposes of it after this.</param>
    public ModbusRtuServer(PseudoTerminal terminal, params IVirtualMeter[] meters)
    {
        if (meters.DistinctBy(meter => meter.UnitAddress).Count() != meters.Length)
            throw new ArgumentException("two meters on one line have the same address", nameof(meters));
        _terminal = terminal;
        _meters = [.. meters];
        _thread = new Thread(Serve) { IsBackground = true, Name = "modbus " + terminal.Path };
        _thread.Start();
    }

    /// <summary>Answers sent, exceptions among them.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join(StopTimeoutMs);
    }

    private void Serve()
    {
        while (!_isStopping)
        {
            int count = _terminal.Read(_heard.AsSpan(_heardCount), SilenceMs);
            _heardCount += count;
            // A full buffer without a frame is noise: it ends like one that fell silent.
            bool isOver = count == 0 || _heardCount == FrameBytesMax;
            TakeFrames(isOver);
            if (isOver)
                _heardCount = 0;
            if (count == 0)
                _terminal.ReleaseClaim();
        }
    }

    /// <summary>Answers the frames that are whole; leaves the beginning of one that may still grow, unless nothing more will come.</summary>
    private void TakeFrames(bool isOver)
    {
        while (_heardCount >= FrameBytesMin)
        {
            int bytes = FrameBytes(isOver);
            if (bytes > _heardCount && !isOver)
                return;
            if (bytes <= _heardCount && IsIntact(bytes))
            {
                Answer(_heard.AsSpan(0, bytes));
                Drop(bytes);
            }
            else
            {
                Drop(1);
            }
        }
    }

    /// <summary>Length of the frame that begins here, by its function.</summary>
    private int FrameBytes(bool isOver)
    {
        switch (_heard[1])
        {
            case >= 1 and <= 6:
                return ReadRequestBytes;
            case 15 or 16:
                // Unit, function, address, count, number of bytes, the bytes, CRC.
                return _heardCount < 7 ? 9 : 9 + _heard[6];
            default:
                // A function whose length is not known here ends with the silence after it.
                return isOver ? _heardCount : FrameBytesMax + 1;
        }
    }

    private bool IsIntact(int bytes)
    {
        int crc = _heard[bytes - 2] | (_heard[bytes - 1] << 8);
        return Crc16.Compute(_heard, 0, bytes - 2) == crc;
    }

    private void Drop(int bytes)
    {
        _heardCount -= bytes;
        Array.Copy(_heard, bytes, _heard, 0, _heardCount);
    }

    private void Answer(ReadOnlySpan<byte> request)
    {
        byte unit = request[0];
        byte function = request[1];
        IVirtualMeter? meter = Array.Find(_meters, candidate => candidate.UnitAddress == unit);
        if (meter == null)
            return;
        if (function is not (3 or 4))
        {
            SendException(unit, function, ModbusAnswer.IllegalFunction);
            return;
        }
        int address = (request[2] << 8) | request[3];
        int count = (request[4] << 8) | request[5];
        if (count is < 1 or > RegistersPerReadMax)
        {
            SendException(unit, function, ModbusAnswer.IllegalCount);
            return;
        }
        Span<ushort> registers = stackalloc ushort[count];
        ModbusAnswer answer = meter.Answer(function, address, registers);
        if (answer == ModbusAnswer.Registers)
            SendRegisters(unit, function, registers);
        else
            SendException(unit, function, answer);
    }

    private void SendRegisters(byte unit, byte function, ReadOnlySpan<ushort> registers)
    {
        byte[] frame = new byte[5 + (2 * registers.Length)];
        frame[0] = unit;
        frame[1] = function;
        frame[2] = (byte)(2 * registers.Length);
        for (int i = 0; i < registers.Length; i++)
        {
            frame[3 + (2 * i)] = (byte)(registers[i] >> 8);
            frame[4 + (2 * i)] = (byte)registers[i];
        }
        Send(frame);
    }

    private void SendException(byte unit, byte function, ModbusAnswer code)
    {
        Send([unit, (byte)(function | 0x80), (byte)code, 0, 0]);
    }

    /// <summary>Puts the CRC into the last two bytes and sends.</summary>
    private void Send(byte[] frame)
    {
        ushort crc = Crc16.Compute(frame, 0, frame.Length - 2);
        frame[^2] = (byte)crc;
        frame[^1] = (byte)(crc >> 8);
        _terminal.Write(frame);
        Interlocked.Increment(ref _answers);
    }
}
