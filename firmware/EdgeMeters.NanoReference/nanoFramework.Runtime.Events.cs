// nanoFramework.Runtime.Events, Version=1.11.39.0, NativeVersion=100.0.8.0
// Package nanoFramework.Runtime.Events 1.11.39. Members: its published API. Modifiers that documentation ids lack: github.com/nanoframework/nanoFramework.Runtime.Events.

namespace nanoFramework.Runtime.Events;

public class BaseEvent
{
    public byte Message;
    public ushort Source;
    public extern BaseEvent();
}

public enum EventCategory
{
    Unknown = 0,
    Custom = 10,
    Gpio = 20,
    SerialDevice = 30,
    Network = 40,
    WiFi = 50,
    Can = 60,
    Storage = 70,
    Radio = 80,
    HighResolutionTimer = 90,
    Bluetooth = 100,
    Usb = 110,
    Touch = 120,
    Gesture = 130,
    OpenThread = 140,
    EspNow = 150,
}
