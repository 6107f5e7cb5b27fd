using System;
using System.Device.Gpio;
using EdgeMeters.Metering.Ports;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Pulse;

/// <summary>A slow contact at a GPIO, seen by its edges: up to one closure a second, each of 200 ms and more.</summary>
/// <remarks>
/// The driver's debounce is the width check (cpu_gpio.cpp): after an edge it waits, reads the level once, and tells managed code if that is not
/// what it told last. It waits up to a tick of 10 ms less than it was set to, so a tick is added. Set once, before the handler, as the driver
/// needs it. Two things are not told: an edge within microseconds of that reading, which leaves a wrong level behind until the next one, and a
/// closure that begins and ends while flash is erased. The first heals here: a level that stands against what was told, for longer than
/// anything can be under way, is believed. The second needs 400 ms at worst, hence the limits above. With a debounce set, the driver stops the
/// interpreter's network events: whoever needs them polls.
/// </remarks>
public sealed class ContactPin
{
    private const int TickMs = 10;

    // Debounce, a stall between two looks that is no stall yet, and the queue: together well below half a second.
    private const int HealUs = 500000;

    private readonly IContactSink _sink;
    private readonly object _gate;
    private readonly EdgeLoad _load;
    private readonly GpioPin _pin;
    private bool _isAgainst;
    private ulong _againstSinceUs;

    /// <param name="gpio">The chip's pins.</param>
    /// <param name="pin">Pulled low by the contact; the pull-up is on the board, the chip's own helps.</param>
    /// <param name="microsecondsMin">A level shorter than this is bounce.</param>
    /// <param name="load">Shared by all contacts that are seen by their edges.</param>
    /// <param name="sink">Told of every change.</param>
    /// <param name="gate">Locked while it is told, and by whoever calls <see cref="Look"/>.</param>
    /// <exception cref="DeviceException">The pin is in use or cannot be an input.</exception>
    public ContactPin(GpioController gpio, int pin, int microsecondsMin, EdgeLoad load, IContactSink sink, object gate)
    {
        _sink = sink;
        _gate = gate;
        _load = load;
        try
        {
            _pin = gpio.OpenPin(pin, PinMode.InputPullUp);
            int debounceMs = ((microsecondsMin + 999) / 1000 + TickMs - 1) / TickMs * TickMs + TickMs;
            _pin.DebounceTimeout = new TimeSpan(debounceMs * TimeSpan.TicksPerMillisecond);
            // A contact that is found closed has not closed.
            IsClosed = IsLow();
            _pin.ValueChanged += OnEdge;
        }
        catch (Exception e)
        {
            throw new DeviceException("Pin " + pin.ToString() + " cannot be an input (" + e.Message + "): correct the configuration.", e);
        }
    }

    /// <summary>The level that is believed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Times that the level stood against what the driver had told: edges that it swallowed, and that count all the same.</summary>
    public int Healed { get; private set; }

    /// <summary>Compares the level with what was told. To be called several times a second, under the lock.</summary>
    public void Look()
    {
        bool isLow = IsLow();
        if (isLow == IsClosed)
        {
            _isAgainst = false;
            return;
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
        if (isClosed == IsClosed)
            return;
        IsClosed = isClosed;
        _sink.Changed(this, isClosed);
    }

    private bool IsLow()
    {
        return _pin.Read() == PinValue.Low;
    }
}
