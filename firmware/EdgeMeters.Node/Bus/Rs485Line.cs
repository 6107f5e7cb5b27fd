using System;
using System.IO.Ports;
using System.Threading;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Bus;

/// <summary>One UART of the chip with an RS-485 driver whose direction the hardware switches at RTS.</summary>
/// <remarks>
/// The driver's reading waits for all it is asked for and gives nothing after a timeout, while what came stays behind
/// (sys_io_ser_native_System_IO_Ports_SerialPort.cpp). So what is there is asked for first, and exactly that is read. The chip hands bytes over
/// when 120 are there or the line was idle for ten characters: silence is judged no sooner than that, and once fewer than 120 came it has been
/// silent for as long already. A port that failed is closed, and opened again after a growing wait, in which every use throws at once and
/// costs the other lines no time.
/// </remarks>
public sealed class Rs485Line : ISerialLine
{
    /// <summary>Two of the longest frames: what a slow round leaves behind is drained at its end, and what does not fit is dropped.</summary>
    public const int ReceiveBytes = 512;

    private const int BackoffFirstMs = 1000;
    private const int BackoffLongestMs = 60000;

    // A sleep ends at the first of the chip's ticks, 10 ms each, after its time: asking for ten would be two of them as a rule.
    private const int PollMs = 1;

    private const int FifoFullBytes = 120;
    private const int IdleCharacters = 10;
    private const int BitsPerCharacterMin = 10;

    // The idle characters until the chip hands over, one that is under way, and one for rounding.
    private const int HandOverCharacters = IdleCharacters + 2;

    private readonly int _number;
    private readonly INodeClock _clock;
    private readonly Backoff _backoff;
    private SerialPort? _port;
    private DeviceException? _fault;
    private long _reopenMs;
    private byte _parity;
    private byte _stopBits;
    private int _left;
    private bool _isIdle;

    /// <param name="number">1 for COM1 and so on.</param>
    /// <param name="txPin">To the driver's DI.</param>
    /// <param name="rxPin">From the driver's RO.</param>
    /// <param name="directionPin">To the driver's DE and /RE.</param>
    /// <param name="table">Baud rate, parity and stop bits.</param>
    public Rs485Line(int number, int txPin, int rxPin, int directionPin, LineTable table, INodeClock clock, IEntropy entropy)
    {
        _number = number;
        _clock = clock;
        _backoff = new Backoff(BackoffFirstMs, BackoffLongestMs, entropy);
        Use(table.BaudRate, table.Parity, table.StopBits);
        // The functions of one port are 256 from those of the next.
        int port = (number - 1) * 256;
        Configuration.SetPinFunction(txPin, (DeviceFunction)((int)DeviceFunction.COM1_TX + port));
        Configuration.SetPinFunction(rxPin, (DeviceFunction)((int)DeviceFunction.COM1_RX + port));
        Configuration.SetPinFunction(directionPin, (DeviceFunction)((int)DeviceFunction.COM1_RTS + port));
    }

    public int BaudRate { get; private set; }

    // The driver takes a setting over while its port is open: each of these three reconfigures it (NativeConfig, "Already Initialised"). That
    // keeps its task and its memory, where a closing and an opening would have the old task run on beside the new one for a moment.
    public void Use(int baudRate, byte parity, byte stopBits)
    {
        bool isNew = baudRate != BaudRate || parity != _parity || stopBits != _stopBits;
        BaudRate = baudRate;
        _parity = parity;
        _stopBits = stopBits;
        if (!isNew || _port == null)
            return;
        _isIdle = false;
        try
        {
            _port.BaudRate = baudRate;
            _port.Parity = (Parity)parity;
            _port.StopBits = StopBitsOf(stopBits);
        }
        catch (Exception e)
        {
            throw Lose(e);
        }
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        SerialPort port = Port();
        _isIdle = false;
        try
        {
            port.Write(buffer, offset, count);
        }
        catch (Exception e)
        {
            throw Lose(e);
        }
        // The port has no drain: what it took is on the wire after as long as it takes.
        Thread.Sleep(RtuTiming.BytesMs(BaudRate, count));
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (count <= 0)
            return 0;
        SerialPort port = Port();
        int handOverMs = RtuTiming.BytesMs(BaudRate, HandOverCharacters) + PollMs;
        int waitMs = timeoutMs > handOverMs ? timeoutMs : handOverMs;
        // What this asks for has passed already, if nothing more is there.
        if (_isIdle && timeoutMs <= IdleCharacters * BitsPerCharacterMin * 1000 / BaudRate)
            waitMs = 0;
        _isIdle = false;
        long endMs = _clock.MonotonicMs + waitMs;
        try
        {
            while (true)
            {
                // Asked before time is looked at: a thread that stood still finds what came meanwhile.
                long nowMs = _clock.MonotonicMs;
                int there = port.BytesToRead;
                if (there > 0)
                {
                    int read = port.Read(buffer, offset, there < count ? there : count);
                    _backoff.Reset();
                    _isIdle = _left == 0 && read == there && there < FifoFullBytes;
                    _left = there - read;
                    return read;
                }
                if (nowMs >= endMs)
                    return 0;
                Thread.Sleep(PollMs);
            }
        }
        catch (Exception e)
        {
            throw Lose(e);
        }
    }

    private SerialPort Port()
    {
        if (_port != null)
            return _port;
        if (_fault != null && _clock.MonotonicMs < _reopenMs)
            throw _fault;
        try
        {
            _left = 0;
            _isIdle = false;
            _port = new SerialPort("COM" + _number.ToString(), BaudRate, (Parity)_parity, 8, StopBitsOf(_stopBits));
            _port.Mode = SerialMode.RS485;
            _port.ReadBufferSize = ReceiveBytes;
            _port.Open();
            _fault = null;
            return _port;
        }
        catch (Exception e)
        {
            throw Lose(e);
        }
    }

    private static StopBits StopBitsOf(byte count)
    {
        return count == 2 ? StopBits.Two : StopBits.One;
    }

    private DeviceException Lose(Exception cause)
    {
        try
        {
            if (_port != null)
                _port.Dispose();
        }
        catch (Exception)
        {
            // What does not close is left: the next opening says what is wrong.
        }
        _port = null;
        _reopenMs = _clock.MonotonicMs + _backoff.Next();
        _fault = new DeviceException("COM" + _number.ToString() + " failed (" + cause.Message + "): check the board's pins and the line's settings.", cause);
        return _fault;
    }
}
