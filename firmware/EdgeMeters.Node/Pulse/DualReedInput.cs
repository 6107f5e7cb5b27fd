using System.Device.Gpio;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Pulse;

/// <summary>Two reeds at one wheel, which overlap, with a supervised cable where the board has one.</summary>
/// <remarks>
/// The width check is the driver's, at each contact, so every edge that comes is believed at once: after a stall edges come in one go, in order
/// and without their times, and a check of widths here would throw them away. So a magnet is seen here too: no wheel closes the second contact
/// while the first is still in its width check. It is told, and may have counted one turn in coming and going: the edges of a stall look alike.
/// </remarks>
public sealed class DualReedInput : IPulseCounter, IContactSink, IContactWatch
{
    private readonly object _gate = new object();
    private readonly DualReed _reeds = new DualReed(true, 0);
    private readonly EdgeLoad _load;
    private readonly ContactPin _first;
    private readonly ContactPin _second;
    private readonly GpioPin? _cable;
    private int _doubtsTold;
    private bool _isBothAtOnce;
    private long _bothSinceMicroseconds;
    private bool _isMagnet;
    private bool _isMagnetTold;

    /// <param name="gpio">The chip's pins.</param>
    /// <param name="pins">Both contacts, and the cable's supervision or <see cref="Board.NoPin"/>.</param>
    /// <param name="microsecondsMin">A level shorter than this is bounce.</param>
    /// <param name="load">Shared by all contacts that are seen by their edges.</param>
    /// <exception cref="DeviceException">A pin is in use or cannot be an input.</exception>
    public DualReedInput(GpioController gpio, PulseInputPins pins, int microsecondsMin, EdgeLoad load)
    {
        _load = load;
        if (pins.Cable != Board.NoPin)
            _cable = gpio.OpenPin(pins.Cable, PinMode.Input);
        // Held, so that no edge is told before it is known whose it is.
        lock (_gate)
        {
            _first = new ContactPin(gpio, pins.Contact, microsecondsMin, load, this, _gate);
            _second = new ContactPin(gpio, pins.SecondContact, microsecondsMin, load, this, _gate);
            Tell(false, _first.IsClosed);
            Tell(true, _second.IsClosed);
        }
    }

    public long ReadTotal()
    {
        lock (_gate)
        {
            _first.Look();
            _second.Look();
            long nowMicroseconds = (long)HighResTimer.GetCurrent();
            if (_cable != null)
                _reeds.Cable(_cable.Read() == PinValue.Low, nowMicroseconds);
            _reeds.Settle(nowMicroseconds);
            _isMagnet = _isBothAtOnce && nowMicroseconds - _bothSinceMicroseconds >= DualReed.MagnetMicroseconds;
            return _reeds.Total;
        }
    }

    public void Changed(ContactPin contact, bool isClosed)
    {
        ContactPin other = contact == _second ? _first : _second;
        if (!isClosed)
        {
            _isBothAtOnce = false;
        }
        else if (other.IsClosing)
        {
            _isBothAtOnce = true;
            _bothSinceMicroseconds = (long)HighResTimer.GetCurrent();
        }
        Tell(contact == _second, isClosed);
    }

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
        {
            if (_isMagnet == _isMagnetTold)
                return _reeds.TryTakeEvent(out code, out a);
            _isMagnetTold = _isMagnet;
        }
        code = EventCode.MagneticTamper;
        a = _isMagnetTold ? 1 : 0;
        return true;
    }

    private void Tell(bool isSecond, bool isClosed)
    {
        _reeds.Edge(isSecond, isClosed, (long)HighResTimer.GetCurrent());
    }
}
