using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>With which limits the readings of a metering point are checked, and which checks are switched off.</summary>
public sealed record ValidationRules
{
    /// <summary>Largest plausible consumption of the point in an hour, in base units, multiplier included; 0 for no limit.</summary>
    public long RateMaxPerHour { get; init; }

    /// <summary>So long without consumption is taken for a frozen register; 0 where that is usual, as in an empty flat. At most <see cref="FrozenSecondsMax"/>.</summary>
    public int FrozenSeconds { get; init; }

    /// <summary>So many times the median is a spike; 0 for no such check.</summary>
    public int SpikeRatio { get; init; }

    /// <summary>Findings that are not looked for.</summary>
    public Findings Off { get; init; }

    private const int LimitSecondsMin = 900;

    /// <summary>How far around an interval is looked for what is frozen.</summary>
    public const int FrozenSecondsMax = 7 * 86_400;

    /// <summary>The limits for a carrier and a class of points, until others are set.</summary>
    /// <remarks>
    /// Households: three phases of 60 A at 230 V are 41 kW; a water meter DN 15 of Q3 = 2.5 m³/h carries 3.1 m³/h (GB/T 778.1: Q4 = 1.25 Q3); a gas meter
    /// G4 6 m³/h (GB/T 6968). Others: 10 MW, and DN 200 and G1000 with what they carry at most. A limit that is too wide only finds less.
    /// </remarks>
    public static ValidationRules Of(Carrier carrier, PointClass pointClass)
    {
        bool isHome = pointClass == PointClass.Household;
        return new ValidationRules
        {
            RateMaxPerHour = carrier switch
            {
                Carrier.Power => isHome ? 41_000 : 10_000_000,
                Carrier.Heat => isHome ? 50_000 : 20_000_000,
                Carrier.Gas => isHome ? 6_000 : 1_600_000,
                _ => isHome ? 3_125 : 1_250_000,
            },
            // A farm's well rests for months, a flat for weeks; a firm that takes no power for a week has a meter that is not read.
            FrozenSeconds = pointClass == PointClass.Firm && carrier == Carrier.Power ? FrozenSecondsMax : 0,
            SpikeRatio = isHome ? 100 : 50,
        };
    }

    /// <summary>True when a finding is looked for.</summary>
    public bool Seeks(Findings finding) => (Off & finding) == 0;

    /// <summary>The most that is plausible in a time, in base units of a register in front of a multiplier; null for no limit.</summary>
    /// <remarks>In less than a quarter of an hour as much as in one; and two counts of the register more, which may lie at the ends.</remarks>
    /// <param name="multiplierMillionths">By which the register's consumption is multiplied.</param>
    /// <param name="scale">Of the register.</param>
    public long? LimitOf(long seconds, long multiplierMillionths, ChannelLayout scale)
    {
        if (RateMaxPerHour == 0 || !Seeks(Findings.TooHigh))
            return null;
        Int128 limit = (Int128)RateMaxPerHour * Math.Max(seconds, LimitSecondsMin) * 1_000_000 / ((Int128)3600 * multiplierMillionths);
        return (long)Int128.Min(limit + 2 * ((Int128)scale.Numerator / scale.Denominator + 1), long.MaxValue);
    }
}
