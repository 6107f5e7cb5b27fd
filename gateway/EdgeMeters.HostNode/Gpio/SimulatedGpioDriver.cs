using System.Device.Gpio;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>A GPIO chip whose inputs are driven by a program: in process through <see cref="Drive"/>, from another one by <see cref="GpioWireClient"/>.</summary>
/// <remarks>
/// Its time is that of the wires, not of this machine: each edge comes with the moment at which the contact made it, and between edges
/// <see cref="Advance"/> tells how far all pins are known. So a busy machine delays edges but never changes their widths.
/// A pin that nobody has driven yet rests at its pull. Callbacks run on the driving thread, one at a time.
/// </remarks>
public sealed class SimulatedGpioDriver : GpioDriver, IEdgeClock
{
    /// <summary>As many lines as the header chip of a Raspberry Pi has (BCM2835: 54), and some.</summary>
    public const int PinsMax = 64;

    private readonly Line[] _lines = new Line[PinsMax];
    private readonly object _driving = new();
    private long _microseconds;

    public SimulatedGpioDriver()
    {
        for (int pin = 0; pin < PinsMax; pin++)
            _lines[pin] = new Line();
    }

    /// <inheritdoc/>
    public long Microseconds => Interlocked.Read(ref _microseconds);

    /// <inheritdoc/>
    protected override int PinCount => PinsMax;

    /// <summary>An outside hand puts a pin to a level. Raises the callbacks if that is an edge.</summary>
    /// <param name="microseconds">When; at or after every earlier moment given to <see cref="Drive"/> and <see cref="Advance"/>.</param>
    public void Drive(int pin, PinValue level, long microseconds)
    {
        Line line = LineOf(pin);
        lock (_driving)
        {
            Advance(microseconds);
            bool isHigh = level == PinValue.High;
            line.IsDriven = true;
            if (line.IsHigh == isHigh)
                return;
            // The time is set before the level: who reads the new level never pairs it with an older time.
            line.IsHigh = isHigh;
            PinEventTypes edge = isHigh ? PinEventTypes.Rising : PinEventTypes.Falling;
            (isHigh ? line.Rising : line.Falling)?.Invoke(this, new PinValueChangedEventArgs(edge, pin));
        }
    }

    /// <summary>Time has come to here, and every edge before it has been driven.</summary>
    public void Advance(long microseconds)
    {
        lock (_driving)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(microseconds, _microseconds);
            Interlocked.Exchange(ref _microseconds, microseconds);
        }
    }

    /// <inheritdoc/>
    protected override void OpenPin(int pinNumber) => LineOf(pinNumber);

    /// <inheritdoc/>
    protected override void ClosePin(int pinNumber)
    {
        lock (_driving)
        {
            Line line = LineOf(pinNumber);
            line.Rising = null;
            line.Falling = null;
        }
    }

    /// <inheritdoc/>
    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        lock (_driving)
        {
            Line line = LineOf(pinNumber);
            line.Mode = mode;
            if (!line.IsDriven && mode != PinMode.Output)
                line.IsHigh = mode == PinMode.InputPullUp;
        }
    }

    /// <inheritdoc/>
    protected override PinMode GetPinMode(int pinNumber) => LineOf(pinNumber).Mode;

    /// <inheritdoc/>
    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        mode is PinMode.Input or PinMode.InputPullUp or PinMode.InputPullDown or PinMode.Output;

    /// <inheritdoc/>
    protected override PinValue Read(int pinNumber) => LineOf(pinNumber).IsHigh ? PinValue.High : PinValue.Low;

    /// <inheritdoc/>
    protected override void Write(int pinNumber, PinValue value)
    {
        lock (_driving)
            LineOf(pinNumber).IsHigh = value == PinValue.High;
    }

    /// <inheritdoc/>
    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_driving)
        {
            Line line = LineOf(pinNumber);
            if ((eventTypes & PinEventTypes.Rising) != 0)
                line.Rising += callback;
            if ((eventTypes & PinEventTypes.Falling) != 0)
                line.Falling += callback;
        }
    }

    /// <inheritdoc/>
    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_driving)
        {
            Line line = LineOf(pinNumber);
            line.Rising -= callback;
            line.Falling -= callback;
        }
    }

    /// <inheritdoc/>
    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        using ManualResetEventSlim seen = new();
        PinEventTypes edge = PinEventTypes.None;
        void OnEdge(object sender, PinValueChangedEventArgs change)
        {
            edge = change.ChangeType;
            seen.Set();
        }

        AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, OnEdge);
        try
        {
            seen.Wait(cancellationToken);
            return new WaitForEventResult { EventTypes = edge, TimedOut = false };
        }
        catch (OperationCanceledException)
        {
            return new WaitForEventResult { EventTypes = PinEventTypes.None, TimedOut = true };
        }
        finally
        {
            RemoveCallbackForPinValueChangedEvent(pinNumber, OnEdge);
        }
    }

    private Line LineOf(int pin)
    {
        if ((uint)pin >= PinsMax)
            throw new ArgumentOutOfRangeException(nameof(pin), pin, $"a simulated GPIO chip has the pins 0 to {PinsMax - 1}");
        return _lines[pin];
    }

    private sealed class Line
    {
        public volatile bool IsHigh;
        public volatile PinMode Mode;
        public bool IsDriven;
        public PinChangeEventHandler? Rising;
        public PinChangeEventHandler? Falling;
    }
}
