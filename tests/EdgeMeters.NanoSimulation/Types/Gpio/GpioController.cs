using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Pins;

namespace System.Device.Gpio;

/// <summary>nanoFramework's GpioController: a pin that is in use, by another or by a pulse counter, does not open.</summary>
public sealed class GpioController : IDisposable
{
    private readonly SimulatedChip _chip = SimulatedChip.Current;

    public GpioPin OpenPin(int pinNumber) => OpenPin(pinNumber, PinMode.Input);

    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        _chip.Threads.Touch();
        ChipPin pin = _chip.Pin(pinNumber);
        if (pin.IsOpen)
            throw new InvalidOperationException($"pin {pinNumber} is in use");
        pin.IsOpen = true;
        pin.SetMode(mode);
        return new GpioPin(_chip, pin);
    }

    public bool IsPinOpen(int pinNumber) => _chip.Pin(pinNumber).IsOpen;

    public void Dispose()
    {
    }
}
