using System.Device.Gpio;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Node.Pulse;

/// <summary>A slow reed at a GPIO, counted by its closures; what it can and cannot see, <see cref="ContactPin"/> says.</summary>
public sealed class ReedInput : IPulseCounter, IContactSink, IContactWatch
{
    private readonly object _gate = new object();
    private readonly EdgeLoad _load;
    private readonly ContactPin _contact;
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

    /// <summary>Tells of edges that the queue to managed code may have dropped; how many, nobody knows.</summary>
    public bool TryTakeEvent(out EventCode code, out long a)
    {
        code = EventCode.PulsesInDoubt;
        a = -1;
        int doubts = _load.Doubts;
        bool isNew = doubts != _doubtsTold;
        _doubtsTold = doubts;
        return isNew;
    }
}
