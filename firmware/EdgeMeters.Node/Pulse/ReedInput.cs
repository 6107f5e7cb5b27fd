using System;
using System.Device.Gpio;
using EdgeMeters.Metering.Ports;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Pulse;

/// <summary>A slow reed at a GPIO, counted by its edges: up to one closure a second, each of 200 ms and more.</summary>
/// <remarks>
/// The driver's debounce is the width check (cpu_gpio.cpp): after an edge it waits, reads the level once, and tells managed code if that is not
/// what it told last. It waits up to a tick of 10 ms less than it was set to, so a tick is added. Set once, before the handler, as the driver
/// needs it. Two things are not told: an edge within microseconds of that reading, which leaves a wrong level behind until the next one, and a
/// closure that begins and ends while flash is erased. The first heals here: a level that stands against what was told, for longer than
/// anything can be under way, is believed. The second needs 400 ms at worst, hence the limits above. With a debounce set, the driver stops the
/// interpreter's network events: whoever needs them polls.
/// </remarks>
public sealed class ReedInput : IPulseCounter
{
    private const int TickMs = 10;

    // Debounce, a stall between two looks that is no stall yet, and the queue: together well below half a second.
    private const int HealUs = 500000;

    private readonly EdgeLoad _load;
    private readonly GpioPin _pin;
    private readonly object _gate = new object();
    private bool _isClosed;
    private bool _isAgainst;
    private ulong _againstSinceUs;
    private long _total;

    /// <param name="gpio">The chip's pins.</param>
    /// <param name="pin">Pulled low by the contact; the pull-up is on the board, the chip's own helps.</param>
    /// <param name="microsecondsMin">A level shorter than this is bounce.</param>
    /// <param name="load">Shared by all inputs that are read by edges.</param>
    /// <exception cref="DeviceException">The pin is in use or cannot be an input.</exception>
    public ReedInput(GpioController gpio, int pin, int microsecondsMin, EdgeLoad load)
    {
        _load = load;
        try
        {
            _pin = gpio.OpenPin(pin, PinMode.InputPullUp);
            int debounceMs = ((microsecondsMin + 999) / 1000 + TickMs - 1) / TickMs * TickMs + TickMs;
            _pin.DebounceTimeout = new TimeSpan(debounceMs * TimeSpan.TicksPerMillisecond);
            // A contact that is found closed is no pulse.
            _isClosed = IsLow();
            _pin.ValueChanged += OnEdge;
        }
        catch (Exception e)
        {
            throw new DeviceException("Pin " + pin.ToString() + " cannot be an input (" + e.Message + "): correct the configuration.", e);
        }
    }

    /// <summary>Times that the level stood against what the driver had told: edges that it swallowed, and that were counted all the same.</summary>
    public int Healed { get; private set; }

    public long ReadTotal()
    {
        lock (_gate)
        {
            bool isLow = IsLow();
            if (isLow == _isClosed)
            {
                _isAgainst = false;
                return _total;
            }
            ulong nowUs = HighResTimer.GetCurrent();
            if (!_isAgainst)
            {
                _isAgainst = true;
                _againstSinceUs = nowUs;
            }
            else if (nowUs - _againstSinceUs >= HealUs)
            {
                Healed++;
                Believe(isLow);
            }
            return _total;
        }
    }

    private void OnEdge(object sender, PinValueChangedEventArgs e)
    {
        _load.Note();
        lock (_gate)
            Believe(e.ChangeType == PinEventTypes.Falling);
    }

    // An edge to the level that is believed already was healed before it was told.
    private void Believe(bool isClosed)
    {
        _isAgainst = false;
        if (isClosed == _isClosed)
            return;
        _isClosed = isClosed;
        if (isClosed)
            _total++;
    }

    private bool IsLow()
    {
        return _pin.Read() == PinValue.Low;
    }
}
