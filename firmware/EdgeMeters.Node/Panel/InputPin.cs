using System.Device.Gpio;

namespace EdgeMeters.Node.Panel;

/// <summary>A level that says something: supply failing, cabinet open, button pressed.</summary>
public sealed class InputPin
{
    private readonly GpioPin _pin;
    private readonly PinValue _activeValue;

    public InputPin(GpioController gpio, int pin, bool isActiveLow)
    {
        _pin = gpio.OpenPin(pin, isActiveLow ? PinMode.InputPullUp : PinMode.InputPullDown);
        _activeValue = isActiveLow ? PinValue.Low : PinValue.High;
    }

    public bool IsActive
    {
        get { return _pin.Read() == _activeValue; }
    }
}
