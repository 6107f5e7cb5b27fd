using System.Device.Gpio;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Pulse;

/// <summary>A slow reed at a GPIO, counted by its closures; what it can and cannot see, <see cref="ContactPin"/> says.</summary>
public sealed class ReedInput : IPulseCounter, IContactSink, IContactWatch
{
    private readonly object _gate = new object();
    private readonly EdgeLoad _load;
    private readonly ContactPin _contact;
    private readonly StuckContact _stuck = new StuckContact(StuckContact.WheelMicroseconds, true, (long)HighResTimer.GetCurrent());
    private int _doubtsTold;
    private long _total;

    /// <param name="gpio">The chip's pins.</param>
    /// <param name="pin">Pulled low by the contact.</param>
    /// <param name="microsecondsMin">A level shorter than this is bounce.</param>
    /// <param name="load">Shared by all contacts that are seen by their edges.</param>
    /// <exception cref="DeviceException">The pin is in use or cannot be an input.</exception>
    public ReedInput(GpioController gpio, int pin, int microsecondsMin, EdgeLoad load)
    {
        _load = load;
        _contact = new ContactPin(gpio, pin, microsecondsMin, load, this, _gate);
    }

    /// <summary>Edges that the driver swallowed, and that were counted all the same.</summary>
    public int Healed
    {
        get { return _contact.Healed; }
    }

    public long ReadTotal()
    {
        lock (_gate)
        {
            _contact.Look();
            return _total;
        }
    }

    public void Changed(ContactPin contact, bool isClosed)
    {
        if (isClosed)
            _total++;
    }

    /// <summary>Tells of edges that the queue to managed code may have dropped; how many, nobody knows. And of a contact that is stuck.</summary>
    public bool TryTakeEvent(out EventCode code, out long a)
    {
        int doubts = _load.Doubts;
        if (doubts != _doubtsTold)
        {
            _doubtsTold = doubts;
            code = EventCode.PulsesInDoubt;
            a = -1;
            return true;
        }
        lock (_gate)
            return _stuck.TryTell(_contact.IsClosed, _total, (long)HighResTimer.GetCurrent(), out code, out a);
    }
}
