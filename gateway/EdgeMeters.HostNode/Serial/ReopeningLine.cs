using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;

namespace EdgeMeters.HostNode.Serial;

/// <summary>A line, of this machine or over TCP, that is opened when it is first needed and again, after a growing wait, each time it was lost.</summary>
/// <remarks>While the wait lasts, every use throws at once, so that a line that is gone costs the other lines no time, and one over TCP
/// only its trying to connect.</remarks>
public sealed class ReopeningLine : ISerialLine, IDisposable
{
    private const int BackoffFirstMs = 1000;
    private const int BackoffLongestMs = 60000;

    private readonly string _portName;
    private readonly INodeClock _clock;
    private readonly IEntropy _entropy;
    private readonly Backoff _backoff;
    private ISerialLine? _line;
    private DeviceException? _fault;
    private long _reopenMs;
    private int _baudRate;
    private byte _parity;
    private byte _stopBits;

    public ReopeningLine(SerialLineSettings settings, INodeClock clock, IEntropy entropy)
    {
        _portName = settings.PortName;
        _baudRate = settings.BaudRate;
        _parity = SerialLineSettings.ParityOf(settings.Framing);
        _stopBits = SerialLineSettings.StopBitsOf(settings.Framing);
        _clock = clock;
        _entropy = entropy;
        _backoff = new Backoff(BackoffFirstMs, BackoffLongestMs, entropy);
    }

    public int BaudRate => _baudRate;

    /// <summary>Why the line is out of use; null while it is not.</summary>
    public string? LastError => _fault?.Message;

    public void Use(int baudRate, byte parity, byte stopBits)
    {
        _baudRate = baudRate;
        _parity = parity;
        _stopBits = stopBits;
        try
        {
            _line?.Use(baudRate, parity, stopBits);
        }
        catch (DeviceException e)
        {
            throw Lose(e);
        }
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        ISerialLine line = Line();
        try
        {
            line.Write(buffer, offset, count);
        }
        catch (DeviceException e)
        {
            throw Lose(e);
        }
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        ISerialLine line = Line();
        try
        {
            int read = line.Read(buffer, offset, count, timeoutMs);
            if (read > 0)
                _backoff.Reset();
            return read;
        }
        catch (DeviceException e)
        {
            throw Lose(e);
        }
    }

    public void Dispose() => (_line as IDisposable)?.Dispose();

    private ISerialLine Line()
    {
        if (_line != null)
            return _line;
        if (_fault != null && _clock.MonotonicMs < _reopenMs)
            throw new DeviceException(_fault.Message, _fault);
        try
        {
            _line = LineOpener.Open(new SerialLineSettings(_portName, _baudRate, SerialLineSettings.FramingOf(_parity, _stopBits)), _entropy);
            _fault = null;
            return _line;
        }
        catch (DeviceException e)
        {
            throw Lose(e);
        }
    }

    private DeviceException Lose(DeviceException cause)
    {
        (_line as IDisposable)?.Dispose();
        _line = null;
        _fault = cause;
        _reopenMs = _clock.MonotonicMs + _backoff.Next();
        return new DeviceException(cause.Message, cause);
    }
}
