using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Pins;

namespace System.Device.Gpio;

/// <summary>nanoFramework's GpioPin over a <see cref="ChipPin"/>.</summary>
public sealed class GpioPin : IDisposable
{
    private readonly SimulatedChip _chip;
    private readonly ChipPin _pin;
    private PinValueChangedEventHandler? _handler;
    private TimeSpan _debounce;

    internal GpioPin(SimulatedChip chip, ChipPin pin)
    {
        _chip = chip;
        _pin = pin;
    }

    public event PinValueChangedEventHandler ValueChanged
    {
        add
        {
            _handler += value;
            _pin.SetHandler(OnEdge);
        }

        remove
        {
            _handler -= value;
            _pin.SetHandler(_handler == null ? null : OnEdge);
        }
    }

    public TimeSpan DebounceTimeout
    {
        get => _debounce;
        set
        {
            _debounce = value;
            _pin.SetDebounce((int)value.TotalMilliseconds);
        }
    }

    public int PinNumber => _pin.Number;

    public PinValue Read()
    {
        _chip.Threads.Touch();
        return _pin.Level;
    }

    public void Write(PinValue value)
    {
        _chip.Threads.Touch();
        lock (_chip.Gate)
            _pin.Write((bool)value);
    }

    public void Toggle() => Write(!_pin.Level);

    public void SetPinMode(PinMode value) => _pin.SetMode(value);

    public PinMode GetPinMode() => _pin.Mode;

    public void Dispose()
    {
        _pin.SetHandler(null);
        _pin.IsOpen = false;
    }

    private void OnEdge(PinEventTypes change) => _handler?.Invoke(this, new PinValueChangedEventArgs(change, PinNumber));
}
