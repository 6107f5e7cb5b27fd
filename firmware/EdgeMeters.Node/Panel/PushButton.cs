using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Panel;

/// <summary>A button that counts as pressed once it was held for a moment, and not again before it was let go.</summary>
public sealed class PushButton
{
    /// <summary>Bounce and a brush of the sleeve are shorter.</summary>
    public const int HoldMs = 100;

    private readonly InputPin _pin;
    private readonly INodeClock _clock;
    private bool _isHeld;
    private bool _isTaken;
    private long _heldSinceMs;

    public PushButton(InputPin pin, INodeClock clock)
    {
        _pin = pin;
        _clock = clock;
    }

    /// <summary>True once a press. Asked at least every second or so, or a press is missed.</summary>
    public bool TakePress()
    {
        if (!_pin.IsActive)
        {
            _isHeld = false;
            _isTaken = false;
            return false;
        }
        if (!_isHeld)
        {
            _isHeld = true;
            _heldSinceMs = _clock.MonotonicMs;
        }
        if (_isTaken || _clock.MonotonicMs - _heldSinceMs < HoldMs)
            return false;
        _isTaken = true;
        return true;
    }
}
