using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core;

/// <summary>Turns the readings of one meter's register into intervals and judges each.</summary>
/// <remarks>
/// Consumption is the difference of two registers that were truly read, never a sum of anything: what is missing between two readings lies
/// in the interval after the gap, and no energy is lost or made up. A fall of the register is counted through only where the meter's
/// documents state a modulus and the distance is plausible; otherwise no consumption is stated at all.
/// <para>Which reading is before which, their sequence says: a clock that is set back or far ahead changes labels, and no consumption.</para>
/// </remarks>
public static class IntervalJudge
{
    // Sampling at both ends may be off by the tolerance; a hundredth and two counts above the rate is not yet implausible.
    private const int RateSlackCounts = 2;

    /// <summary>Judges the interval that a reading ends.</summary>
    /// <param name="previous">The latest reading before it that had a register; null when there is none.</param>
    public static IntervalReading Judge(RegisterReading? previous, RegisterReading reading)
    {
        long seconds = previous is { } before ? (long)reading.EndUtcSeconds - before.EndUtcSeconds : 0;
        var quality = reading.Clock == ClockQuality.Synchronised ? IntervalQuality.Valid : IntervalQuality.ClockDoubt;
        // No interval is shorter than nothing: one of the two labels is wrong.
        if (previous != null && seconds <= 0)
            quality |= IntervalQuality.ClockDoubt;
        if (reading.Quality == Quality.Missing)
            return new IntervalReading(reading.Id, reading.EndUtcSeconds, seconds, null, null, quality | IntervalQuality.Missing) { Begin = previous?.Id };
        if (reading.Quality == Quality.Suspect)
            quality |= IntervalQuality.Suspect;
        long? consumption = null;
        if (previous is { } begin && HasSameScale(begin.Scale, reading.Scale))
            quality |= Compare(begin, reading, seconds, out consumption);
        else
            quality |= IntervalQuality.First;
        return new IntervalReading(
            reading.Id, reading.EndUtcSeconds, seconds, Scale(reading.Raw, reading.Scale), consumption, quality) { Begin = previous?.Id };
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

    private static IntervalQuality Compare(RegisterReading previous, RegisterReading reading, long seconds, out long? consumption)
    {
        var quality = IntervalQuality.Valid;
        int period = PeriodSeconds(previous, reading);
        if (reading.IsBehindPruned)
            quality |= IntervalQuality.Pruned;
        else if (seconds > period)
            quality |= IntervalQuality.Gap;
        // How long it took, no wrong label tells.
        if (seconds <= 0)
            seconds = period;
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

    private static Int128 CountsMax(long seconds, ChannelLayout scale) =>
        (Int128)scale.RateMaxPerHour * Math.Max(seconds, 0) * 101 / 360_000 + RateSlackCounts;

    // Without a stated rate, a distance of more than a hundredth of the dial is taken for a reset, not for a rollover.
    private static bool IsRolloverPlausible(Int128 growth, long seconds, ChannelLayout scale) =>
        growth <= (scale.RateMaxPerHour > 0 ? CountsMax(seconds, scale) : scale.Modulus / 100);

    private static bool HasSameScale(ChannelLayout a, ChannelLayout b) =>
        a.Unit == b.Unit && a.Numerator == b.Numerator && a.Denominator == b.Denominator && a.Modulus == b.Modulus;
}
