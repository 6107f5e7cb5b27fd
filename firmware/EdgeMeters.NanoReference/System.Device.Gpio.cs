// System.Device.Gpio, Version=1.1.62.0, NativeVersion=100.1.0.6
// Package nanoFramework.System.Device.Gpio 1.1.62. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/System.Device.Gpio.

using nanoFramework.Runtime.Events;

namespace System.Device.Gpio;

public sealed class GpioController : IDisposable
{
    public extern PinNumberingScheme NumberingScheme { get; }
    public extern int PinCount { get; }
    public extern GpioController();
    public extern GpioController(PinNumberingScheme numberingScheme);
    public extern void ClosePin(int pinNumber);
    public extern void Dispose();
    public extern PinMode GetPinMode(int pinNumber);
    public extern bool IsPinModeSupported(int pinNumber, PinMode mode);
    public extern bool IsPinOpen(int pinNumber);
    public extern GpioPin OpenPin(int pinNumber);
    public extern GpioPin OpenPin(int pinNumber, PinMode mode);
    public extern PinValue Read(int pinNumber);
    public extern void RegisterCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback);
    public extern void SetPinMode(int pinNumber, PinMode mode);
    public extern void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback);
    public extern void Write(int pinNumber, PinValue value);
}

public sealed class GpioPin : IDisposable
{
    public extern event PinValueChangedEventHandler ValueChanged;
    public extern TimeSpan DebounceTimeout { get; set; }
    public extern int PinNumber { get; }
    public extern void Dispose();
    public extern PinMode GetPinMode();
    public extern bool IsPinModeSupported(PinMode pinMode);
    public extern PinValue Read();
    public extern void SetPinMode(PinMode value);
    public extern void Toggle();
    public extern void Write(PinValue value);
    private extern GpioPin();
}

public delegate void PinChangeEventHandler(object sender, PinValueChangedEventArgs pinValueChangedEventArgs);

public enum PinEventTypes
{
    None = 0,
    Rising = 1,
    Falling = 2,
}

public enum PinMode
{
    Input = 0,
    InputPullDown = 1,
    InputPullUp = 2,
    Output = 3,
    OutputOpenDrain = 4,
    OutputOpenDrainPullUp = 5,
    OutputOpenSource = 6,
    OutputOpenSourcePullDown = 7,
}

public enum PinNumberingScheme
{
    Logical = 0,
    Board = 1,
}

public readonly struct PinValue
{
    private readonly object _opaque;
    public static extern PinValue High { get; }
    public static extern PinValue Low { get; }
    public extern bool Equals(PinValue other);
    public override extern bool Equals(object obj);
    public override extern int GetHashCode();
    public override extern string ToString();
    public static extern bool operator ==(PinValue a, PinValue b);
    public static extern explicit operator bool(PinValue value);
    public static extern explicit operator byte(PinValue value);
    public static extern explicit operator int(PinValue value);
    public static extern implicit operator PinValue(bool value);
    public static extern implicit operator PinValue(int value);
    public static extern bool operator !=(PinValue a, PinValue b);
}

public class PinValueChangedEventArgs : BaseEvent
{
    public extern PinEventTypes ChangeType { get; }
    public extern int PinNumber { get; }
    public extern PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber);
}

public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);
