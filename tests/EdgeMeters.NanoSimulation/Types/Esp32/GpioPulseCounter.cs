using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Pins;

namespace System.Device.Gpio;

/// <summary>The pulse counter of the ESP32 as nanoFramework drives it, with its races.</summary>
/// <remarks>
/// The hardware count goes back to 0 at 32,767; an interrupt then adds 32,767 to a word of software. A reading takes the count first and the
/// word after it: a wrap between the two makes it high, an interrupt that waits (flash busy, interrupts off) makes it low, each by 32,767.
/// </remarks>
public sealed class GpioPulseCounter : IDisposable
{
    public const int WrapAt = 32767;

    private readonly SimulatedChip _chip;
    private readonly ChipPin _pin;
    private GpioPulsePolarity _polarity = GpioPulsePolarity.Falling;
    private ushort _filterNs;
    private int _count;
    private long _word;
    private bool _lastLevel;

    public GpioPulseCounter(int pinNumberA, int pinNumberB = -1)
    {
        if (pinNumberA < 0)
            throw new ArgumentException("no pin");
        if (pinNumberB >= 0)
            throw new NotSupportedException("the simulation has no quadrature");
        _chip = SimulatedChip.Current;
        _pin = _chip.Pin(pinNumberA);
        if (_pin.IsOpen)
            throw new InvalidOperationException($"pin {pinNumberA} is in use");
        _pin.IsOpen = true;
        _pin.Watch(OnChange);
        _chip.CountersByPin[pinNumberA] = this;
    }

    public bool IsStarted { get; private set; }

    public ushort FilterPulses
    {
        get => _filterNs;
        set
        {
            if (value > 1023)
                throw new ArgumentException("the filter takes 1023 at most");
            _filterNs = value;
        }
    }

    public GpioPulsePolarity Polarity
    {
        get => _polarity;
        set
        {
            if (IsStarted)
                throw new InvalidOperationException("the counter runs");
            _polarity = value;
        }
    }

    /// <summary>Done by a reading between the count and the word: where a test lets an edge fall.</summary>
    public Action? BetweenReads { get; set; }

    /// <summary>How long the interrupt of a wrap waits, beside flash that is busy.</summary>
    public long InterruptDelayUs { get; set; }

    /// <summary>Edges that the hardware counted since start: the truth.</summary>
    public long Counted { get; private set; }

    public void Start()
    {
        if (IsStarted)
            throw new InvalidOperationException("the counter runs");
        IsStarted = true;
        _count = 0;
        _word = 0;
        Counted = 0;
        _lastLevel = _pin.Level;
    }

    public void Stop() => IsStarted = false;

    public GpioPulseCount Read()
    {
        _chip.Threads.Touch();
        lock (_chip.Gate)
        {
            int count = _count;
            BetweenReads?.Invoke();
            return new GpioPulseCount { Count = _word + count, RelativeTime = TimeSpan.FromMicroseconds(_chip.NowUs) };
        }
    }

    public GpioPulseCount Reset()
    {
        GpioPulseCount count = Read();
        _count = 0;
        _word = 0;
        return count;
    }

    public void Dispose() => IsStarted = false;

    private void OnChange()
    {
        bool level = _pin.Level;
        if (!IsStarted || _chip.IsAsleep || level == _lastLevel)
            return;
        _lastLevel = level;
        if (_polarity == GpioPulsePolarity.Both || level == (_polarity == GpioPulsePolarity.Rising))
            Count();
    }

    private void Count()
    {
        Counted++;
        _count++;
        if (_count < WrapAt)
            return;
        _count = 0;
        _chip.After(InterruptDelayUs, () => _chip.Interrupt(() => _word += WrapAt));
    }
}
