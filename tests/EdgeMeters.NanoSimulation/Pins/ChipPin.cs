using System;
using System.Collections.Generic;
using System.Device.Gpio;

namespace EdgeMeters.NanoSimulation.Pins;

/// <summary>One pin: what drives it from outside or inside, and the interrupt that tells managed code of its edges.</summary>
/// <remarks>
/// The interrupt (cpu_gpio.cpp): without a debounce time each edge is read and told; with one, the first edge starts a timer, further edges
/// are ignored until it ends, then the level is read once and told if it is the opposite of what was told last. An edge between that reading
/// and the end of the handler is lost. While flash is busy no edge is seen; after it the level is.
/// </remarks>
public sealed class ChipPin
{
    /// <summary>From the reading of the level to the moment when edges count again.</summary>
    public const int DebounceRaceUs = 5;

    private readonly SimulatedChip _chip;
    private readonly List<Action> _watchers = [];
    private bool? _outside;
    private bool _inside;
    private int _debounceMs;
    private bool _isPeriodSet;
    private bool _isTimerOn;
    private bool _isInterruptDeferred;
    private bool _lastTold;
    private Action<PinEventTypes>? _handler;

    internal ChipPin(SimulatedChip chip, int number)
    {
        _chip = chip;
        Number = number;
    }

    public int Number { get; }

    public PinMode Mode { get; private set; } = PinMode.Input;

    /// <summary>True once managed code has it.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>How often an output changed its level.</summary>
    public int Changes { get; private set; }

    /// <summary>When an output changed its level last.</summary>
    public long ChangedUs { get; private set; }

    /// <summary>True for high.</summary>
    public bool Level
    {
        get
        {
            if (IsOutput)
                return _inside;
            return _outside ?? Mode != PinMode.InputPullDown;
        }
    }

    private bool IsOutput => Mode >= PinMode.Output;

    /// <summary>Sets the level from outside; null lets go, and the pull decides, up if there is none.</summary>
    public void Drive(bool? level)
    {
        lock (_chip.Gate)
        {
            bool before = Level;
            _outside = level;
            if (Level != before)
                Changed();
        }
    }

    /// <summary>Sets the level at a moment to come.</summary>
    public void DriveAt(long us, bool level) => _chip.At(us, () => Drive(level));

    /// <summary>Calls back at every change of the level, at once, as a wire does.</summary>
    public void Watch(Action watcher) => _watchers.Add(watcher);

    internal void SetMode(PinMode mode)
    {
        Mode = mode;
        _lastTold = Level;
    }

    internal void Write(bool level)
    {
        if (!IsOutput)
            throw new InvalidOperationException($"pin {Number} is written to and is no output");
        if (_inside == level)
            return;
        _inside = level;
        Changes++;
        ChangedUs = _chip.NowUs;
        Changed();
    }

    // The period of the timer is that of the first setting: a later change from one time to another does not reach it.
    internal void SetDebounce(int ms)
    {
        if (!_isPeriodSet || ms == 0)
            _debounceMs = ms;
        _isPeriodSet = ms != 0;
    }

    internal void SetHandler(Action<PinEventTypes>? handler)
    {
        _handler = handler;
        _lastTold = Level;
        _isTimerOn = false;
    }

    private void Changed()
    {
        foreach (Action watcher in _watchers)
            watcher();
        if (_handler == null || _chip.IsAsleep || _isInterruptDeferred)
            return;
        _isInterruptDeferred = true;
        _chip.Interrupt(() =>
        {
            _isInterruptDeferred = false;
            OnEdge();
        });
    }

    private void OnEdge()
    {
        if (_debounceMs == 0)
        {
            Tell();
            return;
        }
        if (_isTimerOn)
            return;
        _isTimerOn = true;
        int ticks = Math.Max(1, _debounceMs / 10);
        _chip.At((_chip.NowUs / SimulatedChip.TickUs + ticks) * SimulatedChip.TickUs, () =>
        {
            Tell();
            _chip.After(DebounceRaceUs, () => _isTimerOn = false);
        });
    }

    private void Tell()
    {
        bool level = Level;
        Action<PinEventTypes>? handler = _handler;
        if (level == _lastTold || handler == null)
            return;
        _lastTold = level;
        _chip.Post(() => handler(level ? PinEventTypes.Rising : PinEventTypes.Falling));
    }
}
