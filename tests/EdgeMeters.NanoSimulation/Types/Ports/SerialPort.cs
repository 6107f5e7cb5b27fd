using System.Threading;
using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Bus;
using EdgeMeters.NanoSimulation.Threads;
using nanoFramework.Hardware.Esp32;

namespace System.IO.Ports;

/// <summary>nanoFramework's SerialPort over a <see cref="ChipUart"/>: a reading takes all it asks for or nothing.</summary>
public sealed class SerialPort : IDisposable
{
    private const int CallUs = 20;

    private readonly SimulatedChip _chip;
    private readonly ChipUart _uart;
    private int _baudRate;
    private Parity _parity;
    private StopBits _stopBits;

    public SerialPort(string portName, int baudRate = 9600, Parity parity = Parity.None, int dataBits = 8, StopBits stopBits = StopBits.One)
    {
        PortName = portName;
        _baudRate = baudRate;
        _parity = parity;
        DataBits = dataBits;
        _stopBits = stopBits;
        _chip = SimulatedChip.Current;
        _uart = _chip.Uart(portName);
    }

    public string PortName { get; }

    public int BaudRate
    {
        get => _baudRate;
        set
        {
            _baudRate = value;
            Reconfigure();
        }
    }

    public Parity Parity
    {
        get => _parity;
        set
        {
            _parity = value;
            Reconfigure();
        }
    }

    public int DataBits { get; set; }

    public StopBits StopBits
    {
        get => _stopBits;
        set
        {
            _stopBits = value;
            Reconfigure();
        }
    }

    public Handshake Handshake { get; set; }

    public SerialMode Mode { get; set; }

    public int ReadBufferSize { get; set; } = 256;

    public int WriteBufferSize { get; set; } = 256;

    public int ReadTimeout { get; set; } = Timeout.Infinite;

    public int WriteTimeout { get; set; } = Timeout.Infinite;

    public bool IsOpen { get; private set; }

    public int BytesToRead
    {
        get
        {
            Call();
            return _uart.RingCount;
        }
    }

    public void Open()
    {
        _chip.Threads.Touch();
        if (IsOpen || _uart.IsOpen)
            throw new InvalidOperationException($"{PortName} is open");
        if (!_uart.IsThere)
            throw new IOException($"{PortName} does not open");
        int number = PortName[3] - '1';
        RequirePin(DeviceFunction.COM1_TX, number);
        RequirePin(DeviceFunction.COM1_RX, number);
        if (Mode == SerialMode.RS485)
            RequirePin(DeviceFunction.COM1_RTS, number);
        _uart.Open(BaudRate, CharacterBits, Math.Max(ReadBufferSize, ChipUart.FifoBytes + 1));
        IsOpen = true;
    }

    public void Close()
    {
        IsOpen = false;
        _uart.Close();
    }

    public void Dispose() => Close();

    /// <summary>All of it, or a timeout; what had come by then stays for the next reading.</summary>
    public int Read(byte[] buffer, int offset, int count)
    {
        Call();
        if (count == 0)
            return 0;
        if (_uart.RingCount < count)
            _chip.Threads.Wait(ChipThread.WakeUs(_chip, ReadTimeout), () => _uart.RingCount >= count);
        lock (_chip.Gate)
        {
            if (_uart.RingCount < count)
                throw new TimeoutException();
            _uart.Take(buffer, offset, count);
            return count;
        }
    }

    /// <summary>Returns when all but a FIFO's fill is on the wire.</summary>
    public void Write(byte[] buffer, int offset, int count)
    {
        Call();
        long returnsUs;
        lock (_chip.Gate)
            returnsUs = _uart.Send(buffer.AsSpan(offset, count).ToArray());
        if (returnsUs > _chip.NowUs)
            _chip.Threads.Wait(returnsUs, null);
    }

    private int CharacterBits => 1 + DataBits + (Parity == Parity.None ? 0 : 1) + (StopBits == StopBits.One ? 1 : 2);

    // NativeConfig with a driver that runs sets the line and leaves what was received.
    private void Reconfigure()
    {
        if (!IsOpen)
            return;
        Call();
        lock (_chip.Gate)
            _uart.Configure(BaudRate, CharacterBits);
    }

    private void Call()
    {
        if (!IsOpen)
            throw new InvalidOperationException($"{PortName} is not open");
        _chip.Threads.Touch();
        _chip.Spend(CallUs);
        if (!_uart.IsThere)
            throw new IOException($"{PortName} failed");
    }

    // Functions of one port differ by 256 from those of the next.
    private static void RequirePin(DeviceFunction first, int port)
    {
        if (nanoFramework.Hardware.Esp32.Configuration.GetFunctionPin(first + port * 256) < 0)
            throw new ArgumentException($"no pin for {first + port * 256}");
    }
}
