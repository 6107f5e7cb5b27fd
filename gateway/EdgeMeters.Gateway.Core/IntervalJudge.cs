using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>Turns the readings of one meter's register into intervals and judges each.</summary>
/// <remarks>
/// Consumption is the difference of two registers that were truly read, never a sum of anything: what is missing between two readings lies
/// in the interval after the gap, and no energy is lost or made up. A fall of the register is counted through only where the meter's
/// documents state a modulus and the distance is plausible; otherwise no consumption is stated at all.
/// </remarks>
public sealed class IntervalJudge
{
    // Sampling at both ends may be off by the tolerance; a hundredth and two counts above the rate is not yet implausible.
    private const int RateSlackCounts = 2;

    private RegisterReading? _previous;

    /// <summary>The latest reading that had a register.</summary>
    public RegisterReading? Previous => _previous;

    /// <summary>Judges the next reading in order of time.</summary>
    public IntervalReading Next(RegisterReading reading)
    {
        var begin = _previous?.Id;
        return Judge(reading) with { Begin = begin };
    }

    /// <summary>Raw count to base units, rounded down; the whole register is scaled, so no remainder is lost from one to the next.</summary>
    public static long Scale(Int128 raw, ChannelLayout scale)
    {
        Int128 product = raw * scale.Numerator;
        Int128 quotient = product / scale.Denominator;
        if (product < 0 && quotient * scale.Denominator != product)
            quotient -= 1;
        return (long)Int128.Clamp(quotient, long.MinValue, long.MaxValue);
    }

    private IntervalReading Judge(RegisterReading reading)
    {
        long seconds = _previous is { } before ? (long)reading.EndUtcSeconds - before.EndUtcSeconds : 0;
        var quality = reading.Clock == ClockQuality.Synchronised ? IntervalQuality.Valid : IntervalQuality.ClockDoubt;
        if (reading.Quality == Quality.Missing)
            return new IntervalReading(reading.Id, reading.EndUtcSeconds, seconds, null, null, quality | IntervalQuality.Missing);
        if (reading.Quality == Quality.Suspect)
            quality |= IntervalQuality.Suspect;
        // A clock that was set back labels new readings with times that older ones bear already. The register goes on from the newest
        // reading, wherever its label has put it; a difference to an older one would count the same energy twice.
        if (_previous is { } newer && IsEarlier(reading.Id, newer.Id))
        {
            return new IntervalReading(reading.Id, reading.EndUtcSeconds, seconds, Scale(reading.Raw, reading.Scale), null,
                quality | IntervalQuality.ClockDoubt);
        }
        long? consumption = null;
        if (_previous is { } previous && HasSameScale(previous.Scale, reading.Scale))
            quality |= Compare(previous, reading, seconds, out consumption);
        else
            quality |= IntervalQuality.First;
        _previous = reading;
        return new IntervalReading(
            reading.Id, reading.EndUtcSeconds, seconds, Scale(reading.Raw, reading.Scale), consumption, quality);
    }

    private static IntervalQuality Compare(RegisterReading previous, RegisterReading reading, long seconds, out long? consumption)
    {
        var quality = IntervalQuality.Valid;
        if (seconds > PeriodSeconds(previous, reading))
            quality |= IntervalQuality.Gap;
        consumption = null;
        Int128 growth = (Int128)reading.Raw - previous.Raw;
        if (growth < 0)
        {
            growth += reading.Scale.Modulus;
            if (reading.Scale.Modulus == 0 || growth < 0 || !IsRolloverPlausible(growth, seconds, reading.Scale))
                return quality | IntervalQuality.Decreased;
            quality |= IntervalQuality.Rollover;
        }
        if (reading.Scale.RateMaxPerHour > 0 && growth > CountsMax(seconds, reading.Scale))
            quality |= IntervalQuality.TooHigh;
        consumption = Scale(previous.Raw + growth, reading.Scale) - Scale(previous.Raw, reading.Scale);
        return quality;
    }

    // The shorter of the two: a day in which the node was hardly on knows too long a period, or none. Longer than a day it never is.
    private static int PeriodSeconds(RegisterReading previous, RegisterReading reading)
    {
        int period = Limits.PeriodSecondsMax;
        if (previous.PeriodSeconds > 0)
            period = previous.PeriodSeconds;
        if (reading.PeriodSeconds > 0)
            period = Math.Min(period, reading.PeriodSeconds);
        return period;
    }

    private static bool IsEarlier(ReadingId a, ReadingId b) =>
        a.Sequence < b.Sequence && a.Epoch == b.Epoch && a.Channel == b.Channel && a.Node == b.Node;

    private static Int128 CountsMax(long seconds, ChannelLayout scale) =>
        (Int128)scale.RateMaxPerHour * Math.Max(seconds, 0) * 101 / 360_000 + RateSlackCounts;

    // Without a stated rate, a distance of more than a hundredth of the dial is taken for a reset, not for a rollover.
    private static bool IsRolloverPlausible(Int128 growth, long seconds, ChannelLayout scale) =>
        growth <= (scale.RateMaxPerHour > 0 ? CountsMax(seconds, scale) : scale.Modulus / 100);

    private static bool HasSameScale(ChannelLayout a, ChannelLayout b) =>
        a.Unit == b.Unit && a.Numerator == b.Numerator && a.Denominator == b.Denominator && a.Modulus == b.Modulus;
}
