using System;
using System.Device.Gpio;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.Node.Pulse;

/// <summary>The chip's pulse counter behind one input: for S0 outputs, and for reeds behind an RC filter. Counts through every stall.</summary>
/// <remarks>
/// Started once, never cleared: the driver loses edges when it reads and clears. It reads the hardware count and then the word to which an
/// interrupt adds 32,767 at every wrap (nf-interpreter, GpioPulseCounter.cpp), so a reading is off by 32,767 in one of two ways: too high, when
/// the wrap falls between the two; too low, while the interrupt waits, as it does when flash is erased. Both are handed on as they are:
/// <see cref="PulseAccumulator"/> judges them, and it needs to see that a total is behind, or it would take the time of waiting for a rest.
/// </remarks>
public sealed class HardwareCounter : IPulseCounter
{
    /// <summary>
    /// What the driver takes at most; it goes to the hardware as nanoseconds. A microsecond keeps out sparks, not bounce: that is for the RC
    /// filter of the board.
    /// </summary>
    public const int FilterNanoseconds = 1023;

    private readonly GpioPulseCounter _counter;

    /// <summary>Counts the closures of a contact that pulls its pin low; the pull-up is on the board, since the driver sets none.</summary>
    /// <exception cref="DeviceException">The pin is in use, or no counter is free.</exception>
    public HardwareCounter(int pin)
    {
        try
        {
            _counter = new GpioPulseCounter(pin);
            _counter.Polarity = GpioPulsePolarity.Falling;
            _counter.FilterPulses = FilterNanoseconds;
            _counter.Start();
        }
        catch (Exception e)
        {
            throw new DeviceException("No pulse counter for pin " + pin.ToString() + " (" + e.Message + "): the chip has 8, 4 on S2, S3 and C6; use fewer inputs.", e);
        }
    }

    public long ReadTotal()
    {
        try
        {
            return _counter.Read().Count;
        }
        catch (Exception e)
        {
            throw new DeviceException("A pulse counter cannot be read (" + e.Message + "): restart the node.", e);
        }
    }
}
