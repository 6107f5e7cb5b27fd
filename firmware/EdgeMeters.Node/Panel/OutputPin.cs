using System.Device.Gpio;

namespace EdgeMeters.Node.Panel;

/// <summary>A level that does something: the status LED, or the external watchdog, which takes every change for a sign of life.</summary>
public sealed class OutputPin
{
    private readonly GpioPin _pin;
    private readonly bool _isActiveLow;
    private bool _isOn;

    public OutputPin(GpioController gpio, int pin, bool isActiveLow)
    {
        _isActiveLow = isActiveLow;
        _pin = gpio.OpenPin(pin, PinMode.Output);
        Write();
    }

    public void Set(bool isOn)
    {
        if (isOn == _isOn)
            return;
        _isOn = isOn;
        Write();
    }

    public void Toggle()
    {
        Set(!_isOn);
    }

    private void Write()
    {
        _pin.Write(_isOn != _isActiveLow ? PinValue.High : PinValue.Low);
    }
}
