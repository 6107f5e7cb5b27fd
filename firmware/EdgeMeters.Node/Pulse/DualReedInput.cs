using System.Device.Gpio;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Pulse;

/// <summary>Two reeds at one wheel, which overlap, with a supervised cable where the board has one.</summary>
/// <remarks>
/// The width check is the driver's, at each contact. Edges are told at ticks of 10 ms: two within two ticks are one change, as a magnet makes
/// it. After a stall all edges of its time come in one go, in order and without their times; there each is taken for a change of its own, or
/// the turns of a stall would be lost. What cannot be told then is a magnet: it looks like a wheel.
/// </remarks>
public sealed class DualReedInput : IPulseCounter, IContactSink, IContactWatch
{
    private const int PositionMicroseconds = 20000;

    // Longer than the loop takes to come round when nothing holds it up.
    private const int StallMicroseconds = 500000;

    private readonly object _gate = new object();
    private readonly DualReed _reeds = new DualReed(true, PositionMicroseconds);
    private readonly EdgeLoad _load;
    private readonly ContactPin _first;
    private readonly ContactPin _second;
    private readonly GpioPin? _cable;
    private long _lookedMicroseconds;
    private long _toldMicroseconds;
    private int _doubtsTold;

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
            _lookedMicroseconds = Now();
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
            long nowMicroseconds = Now();
            _lookedMicroseconds = nowMicroseconds;
            if (_cable != null)
                _reeds.Cable(_cable.Read() == PinValue.Low, nowMicroseconds);
            _reeds.Settle(nowMicroseconds);
            return _reeds.Total;
        }
    }

    public void Changed(ContactPin contact, bool isClosed)
    {
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
            return _reeds.TryTakeEvent(out code, out a);
    }

    private void Tell(bool isSecond, bool isClosed)
    {
        long atMicroseconds = Now();
        if (atMicroseconds - _lookedMicroseconds > StallMicroseconds)
        {
            long afterMicroseconds = (_toldMicroseconds > _lookedMicroseconds ? _toldMicroseconds : _lookedMicroseconds) + PositionMicroseconds + 1;
            if (afterMicroseconds < atMicroseconds)
                atMicroseconds = afterMicroseconds;
        }
        _toldMicroseconds = atMicroseconds;
        _reeds.Edge(isSecond, isClosed, atMicroseconds);
    }

    private static long Now()
    {
        return (long)HighResTimer.GetCurrent();
    }
}
