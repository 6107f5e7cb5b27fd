using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Bus;

/// <summary>What the registers of all channels were when last read, and the passes of readings that are under way. Made once for a node.</summary>
/// <remarks>
/// A register is believed at once when nothing speaks against it. Otherwise its meter is read again until two passes in a row agree, or three in a
/// row never fall nor grow faster than the meter can: then the dial has passed the one in the middle, even should one of the three be wrong, and that
/// one is it.
/// </remarks>
public sealed class RegisterReadings
{
    /// <summary>Passes after which a register that never agreed is given up as unsteady.</summary>
    private const int PassesMax = 5;

    private const byte Settled = 255;

    // Growth beyond the stated maximum that is still believed: raw counts in which a meter steps.
    private const int StepSlack = 2;

    // The dial was read somewhere between request and answer, each time.
    private const int InstantSlackMs = 2000;

    // Beyond them the product of rate and time would not fit, and a maximum of that size says nothing.
    private const long RateMax = 1000000000;
    private const long SpanMsMax = 1000000000;

    private readonly long[] _rateMaxPerHour;
    private readonly long[] _modulus;
    private readonly long[] _first;
    private readonly long[] _second;
    private readonly byte[] _passes;
    private readonly long[] _readMs;

    /// <param name="layouts">By channel: limits of its register.</param>
    public RegisterReadings(ChannelLayout[] layouts)
    {
        _rateMaxPerHour = new long[layouts.Length];
        _modulus = new long[layouts.Length];
        Registers = new long[layouts.Length];
        Results = new BusResult[layouts.Length];
        ReadUtcMs = new long[layouts.Length];
        _first = new long[layouts.Length];
        _second = new long[layouts.Length];
        _passes = new byte[layouts.Length];
        _readMs = new long[layouts.Length];
        for (int i = 0; i < layouts.Length; i++)
        {
            _rateMaxPerHour[i] = layouts[i].RateMaxPerHour;
            _modulus[i] = layouts[i].Modulus;
            _readMs[i] = -1;
            Results[i] = BusResult.NotAsked;
        }
    }

    /// <summary>By channel: the register that was believed last.</summary>
    public long[] Registers { get; }

    /// <summary>By channel: how its last reading ended.</summary>
    public BusResult[] Results { get; }

    /// <summary>By channel: when its register was read.</summary>
    public long[] ReadUtcMs { get; }

    /// <summary>Begins a reading.</summary>
    public void Begin(int channel)
    {
        _passes[channel] = 0;
        Results[channel] = BusResult.NotAsked;
    }

    /// <summary>Judges what a pass gave for a register.</summary>
    /// <param name="isDoubted">True when one answer alone is not to be believed.</param>
    /// <param name="spanMs">Since the first pass of this reading.</param>
    /// <returns>True when the register needs another pass.</returns>
    public bool Judge(int channel, BusResult result, long register, bool isDoubted, long spanMs, long nowMs, long utcMs)
    {
        int passes = _passes[channel];
        if (passes == Settled)
            return false;
        bool isBelieved = passes == 0 ? !isDoubted && _readMs[channel] >= 0 && IsGrowth(channel, Registers[channel], register, nowMs - _readMs[channel]) : register == _second[channel];
        if (!isBelieved && passes > 1 && IsGrowth(channel, _first[channel], _second[channel], spanMs) && IsGrowth(channel, _second[channel], register, spanMs))
        {
            isBelieved = true;
            register = _second[channel];
        }
        if (result == BusResult.Ok && !isBelieved && passes < PassesMax - 1)
        {
            _first[channel] = _second[channel];
            _second[channel] = register;
            _passes[channel]++;
            return true;
        }
        _passes[channel] = Settled;
        Results[channel] = result != BusResult.Ok || isBelieved ? result : BusResult.Unsteady;
        if (Results[channel] != BusResult.Ok)
            return false;
        Registers[channel] = register;
        ReadUtcMs[channel] = utcMs;
        _readMs[channel] = nowMs;
        return false;
    }

    /// <summary>Ends the reading of a register that is not settled.</summary>
    public void Fail(int channel, BusResult result)
    {
        if (_passes[channel] != Settled)
            Results[channel] = result;
        _passes[channel] = Settled;
    }

    private bool IsGrowth(int channel, long from, long to, long spanMs)
    {
        long rateMax = _rateMaxPerHour[channel];
        if (rateMax == 0 || rateMax > RateMax || spanMs > SpanMsMax)
            return false;
        long growth = to - from;
        if (growth < 0 && _modulus[channel] > 0)
            growth += _modulus[channel];
        return growth >= 0 && growth <= rateMax * (spanMs + InstantSlackMs) / 3600000 + StepSlack;
    }
}
