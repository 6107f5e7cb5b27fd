using System.Device.Gpio;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>Counts a contact on a pin of a <see cref="GpioController"/>. How far to trust its widths depends on the <see cref="IEdgeClock"/>.</summary>
public sealed class GpioPulseInput : IPulseCounter, IContactWatch, IDisposable
{
    private readonly GpioController _controller;
    private readonly IEdgeClock _clock;
    private readonly GpioPulseInputSettings _settings;
    private readonly PulseWidthFilter _filter;
    private readonly StuckContact _stuck;
    private readonly object _gate = new();
    private bool _isClosed;

    /// <param name="controller">Stays the caller's; several inputs share it.</param>
    /// <exception cref="DeviceException">The pin cannot be had.</exception>
    public GpioPulseInput(GpioController controller, IEdgeClock clock, GpioPulseInputSettings settings)
    {
        _controller = controller;
        _clock = clock;
        _settings = settings;
        _filter = new PulseWidthFilter(settings.ActiveMicrosecondsMin, settings.InactiveMicrosecondsMin);
        _stuck = new StuckContact(
            settings.HasWheel ? StuckContact.WheelMicroseconds : StuckContact.OutputMicroseconds, settings.HasWheel, clock.Microseconds);
        // A controller hands out a pin twice without a word.
        if (controller.IsPinOpen(settings.Pin))
            throw new DeviceException($"GPIO pin {settings.Pin} is in use already: give every input a pin of its own");
        bool isOpen = false;
        try
        {
            controller.OpenPin(settings.Pin, settings.Mode);
            isOpen = true;
            controller.RegisterCallbackForPinValueChangedEvent(settings.Pin, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or NotSupportedException or UnauthorizedAccessException or ArgumentException)
        {
            if (isOpen)
                controller.ClosePin(settings.Pin);
            throw new DeviceException(
                $"GPIO pin {settings.Pin} cannot be a pulse input ({e.Message}): check the pin's number, that nothing else uses it, "
                + "and that the user is in group gpio", e);
        }
        // The first level: an edge that came while the pin was opened has been given to the filter before, or waits at the gate.
        ReadTotal();
    }

    /// <summary>Pulses up to now. Looks at the pin too, so that an edge that the kernel dropped is made up for at the next read.</summary>
    public long ReadTotal()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            PinValue level;
            try
            {
                // The level first, then the time: a level is never taken for older than it is.
                level = _controller.Read(_settings.Pin);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                throw new DeviceException($"GPIO pin {_settings.Pin} cannot be read ({e.Message}): is the GPIO chip still there?", e);
            }
            _filter.Edge(IsActive(level == PinValue.High), _clock.Microseconds);
            return _filter.Total;
        }
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out EventCode code, out long a)
    {
        lock (_gate)
            return _stuck.TryTell(_filter.IsActive, _filter.Total, _clock.Microseconds, out code, out a);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
        }
        // Outside the gate: a driver may wait here for a callback that waits for the gate.
        _controller.UnregisterCallbackForPinValueChangedEvent(_settings.Pin, OnEdge);
        _controller.ClosePin(_settings.Pin);
    }

    private void OnEdge(object sender, PinValueChangedEventArgs edge)
    {
        lock (_gate)
        {
            if (!_isClosed)
                _filter.Edge(IsActive(edge.ChangeType == PinEventTypes.Rising), _clock.Microseconds);
        }
    }

    private bool IsActive(bool isHigh) => isHigh != _settings.IsActiveLow;
}
