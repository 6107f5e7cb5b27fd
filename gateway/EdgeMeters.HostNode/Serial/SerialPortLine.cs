using System.IO.Ports;
using System.Runtime.InteropServices;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode.Serial;

/// <summary>A serial line over System.IO.Ports: USB adapters, the Pi's own UART, pseudo-terminals.</summary>
/// <remarks>
/// One thread waits in the port and moves what arrives into a ring, because a read of SerialStream with a timeout allocates and ends in an
/// exception for every silence, and on a bus silence is normal. <see cref="Read"/> itself allocates nothing. RTS and DTR are never touched:
/// pseudo-terminals have none, and an RS-485 adapter switches its driver by itself. One reader and one writer at a time.
/// </remarks>
public sealed partial class SerialPortLine : ISerialLine, IDisposable
{
    /// <summary>Longer than any frame of the protocols on the line: Modbus RTU 256, DL/T 645 and CJ/T 188 less.</summary>
    public const int WriteBytesMax = 512;

    /// <summary>Some frames; when nobody reads, the rest waits in the kernel, which drops the newest.</summary>
    private const int ReceiveBytesMax = 4096;

    private const int CloseTimeoutMs = 2000;

    private const int BaudRateMin = 300;

    private readonly SerialPort _port;
    private readonly bool _hasFraming;
    private readonly Stream _stream;
    private readonly Thread _receiver;
    private readonly object _gate = new();
    private readonly byte[] _ring = new byte[ReceiveBytesMax];
    private int _ringStart;
    private int _ringCount;
    private Exception? _fault;
    private bool _isClosed;

    /// <exception cref="DeviceException">The port is missing, may not be opened, or is no serial port.</exception>
    /// <exception cref="ArgumentException">The baud rate or the framing is none.</exception>
    public SerialPortLine(SerialLineSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(settings.PortName);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.BaudRate);
        _port = new SerialPort(settings.PortName, settings.BaudRate);
        // A pseudo-terminal has no parity, and to ask it for one is an error where nothing else changes with it.
        _hasFraming = !IsPseudoTerminal(settings.PortName);
        SetFraming(_port, settings.Framing, _hasFraming);
        // Time on the line of the longest frame, 12 bits a byte, and two seconds for a busy machine; at the slowest rate there is.
        _port.WriteTimeout = 2000 + (WriteBytesMax * 12 * 1000 / BaudRateMin);
        Open(_port);
        _stream = _port.BaseStream;
        _receiver = new Thread(Receive) { IsBackground = true, Name = "serial " + settings.PortName };
        _receiver.Start();
    }

    public int BaudRate => _port.BaudRate;

    public void Use(int baudRate, byte parity, byte stopBits)
    {
        try
        {
            if (_port.BaudRate != baudRate)
                _port.BaudRate = baudRate;
            if (_hasFraming && _port.Parity != (Parity)parity)
                _port.Parity = (Parity)parity;
            if (_hasFraming && _port.StopBits != (StopBits)stopBits)
                _port.StopBits = (StopBits)stopBits;
        }
        catch (Exception e) when (IsLoss(e) || e is ArgumentException)
        {
            throw new DeviceException($"serial port '{_port.PortName}' does not go to {baudRate} baud: use an adapter that can do this rate", e);
        }
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, WriteBytesMax);
        lock (_gate)
        {
            // A write to a port whose device is gone would wait for ever in SerialStream.
            ThrowIfGone();
        }
        try
        {
            _stream.Write(buffer, offset, count);
        }
        catch (TimeoutException e)
        {
            throw new DeviceException($"serial port '{_port.PortName}' took no bytes for {_port.WriteTimeout} ms: unplug the adapter and plug it in again", e);
        }
        catch (Exception e) when (IsLoss(e))
        {
            throw Gone(e);
        }
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeoutMs);
        if (count == 0)
            return 0;
        long deadlineMs = Environment.TickCount64 + timeoutMs;
        lock (_gate)
        {
            while (_ringCount == 0)
            {
                ThrowIfGone();
                long leftMs = deadlineMs - Environment.TickCount64;
                if (leftMs <= 0)
                    return 0;
                Monitor.Wait(_gate, (int)leftMs);
            }
            int taken = Math.Min(count, _ringCount);
            int first = Math.Min(taken, ReceiveBytesMax - _ringStart);
            Array.Copy(_ring, _ringStart, buffer, offset, first);
            Array.Copy(_ring, 0, buffer, offset + first, taken - first);
            _ringStart = (_ringStart + taken) % ReceiveBytesMax;
            _ringCount -= taken;
            Monitor.PulseAll(_gate);
            return taken;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
        try
        {
            _port.Dispose();
        }
        catch (IOException)
        {
            // The device went before its port: there is nothing left to close.
        }
        _receiver.Join(CloseTimeoutMs);
    }

    private void Receive()
    {
        byte[] arrived = new byte[ReceiveBytesMax];
        try
        {
            while (true)
            {
                int count = _stream.Read(arrived, 0, arrived.Length);
                if (count == 0)
                    throw new IOException("the port ended");
                if (!Keep(arrived, count))
                    return;
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
            lock (_gate)
            {
                _fault = e;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private bool Keep(byte[] arrived, int count)
    {
        lock (_gate)
        {
            for (int i = 0; i < count; i++)
            {
                while (_ringCount == ReceiveBytesMax && !_isClosed)
                    Monitor.Wait(_gate);
                if (_isClosed)
                    return false;
                _ring[(_ringStart + _ringCount) % ReceiveBytesMax] = arrived[i];
                _ringCount++;
            }
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    private void ThrowIfGone()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_fault != null)
            throw Gone(_fault);
    }

    private DeviceException Gone(Exception cause)
    {
        return new DeviceException(
            $"serial port '{_port.PortName}' is gone ({cause.Message}): plug the adapter in again and open the port anew", cause);
    }

    /// <summary>What SerialStream throws when the device behind it goes: by kernel and moment, one or the other.</summary>
    private static bool IsLoss(Exception e) =>
        e is IOException or InvalidOperationException or OperationCanceledException or UnauthorizedAccessException;

    private static bool IsPseudoTerminal(string name)
    {
        string target = File.Exists(name) ? File.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName ?? name : name;
        return target.StartsWith("/dev/pts/", StringComparison.Ordinal);
    }

    private static void SetFraming(SerialPort port, string framing, bool hasFraming)
    {
        if (framing is not ['8', 'N' or 'E' or 'O', '1' or '2'])
            throw new ArgumentException($"framing '{framing}' is not known: write 8, the parity N, E or O, and 1 or 2 stop bits, as 8N1 or 8E1", nameof(framing));
        port.DataBits = 8;
        if (!hasFraming)
            return;
        port.Parity = framing[1] switch
        {
            'E' => Parity.Even,
            'O' => Parity.Odd,
            _ => Parity.None,
        };
        port.StopBits = framing[2] == '2' ? StopBits.Two : StopBits.One;
    }

    private static void Open(SerialPort port)
    {
        string name = port.PortName;
        if (!File.Exists(name))
        {
            throw new DeviceException(
                $"there is no serial port '{name}': plug the adapter in, or correct the name; /dev/serial/by-id lists the adapters that are there");
        }
        // System.IO.Ports reports whatever goes wrong as denied access, so ask the kernel about access itself.
        if (Access(name, ReadAndWrite) != 0)
        {
            throw new DeviceException(
                $"serial port '{name}' may not be opened by user '{Environment.UserName}': add the user to group dialout "
                + $"(sudo usermod -aG dialout {Environment.UserName}) and log in again");
        }
        try
        {
            port.Open();
        }
        catch (Exception e) when (IsLoss(e) || e is ArgumentException)
        {
            throw new DeviceException(
                $"serial port '{name}' does not open at {port.BaudRate} baud: it is not a serial port, cannot do this rate, or another program holds it "
                + $"(fuser {name} tells which)", e);
        }
    }

    /// <summary>R_OK | W_OK of access(2).</summary>
    private const int ReadAndWrite = 6;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
