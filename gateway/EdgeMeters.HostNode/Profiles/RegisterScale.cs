using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Which register of a meter it is and how its raw count becomes the base unit.</summary>
/// <param name="Obis">As 1-0:1.8.0.</param>
/// <param name="Unit">The base unit.</param>
/// <param name="Numerator">Base units = raw × numerator / denominator.</param>
/// <param name="Denominator">See <paramref name="Numerator"/>.</param>
/// <param name="Modulus">Raw count at which the register begins again from zero; 0 when no document states it.</param>
/// <param name="RateMaxPerHour">Largest plausible growth in an hour, in raw counts; 0 when not stated.</param>
public sealed record RegisterScale(string Obis, Unit Unit, long Numerator, long Denominator, long Modulus, long RateMaxPerHour)
{
    public ChannelLayout ChannelOf(string meterSerial) => new()
    {
        MeterSerial = meterSerial,
        Register = Obis,
        Unit = Unit,
        Numerator = Numerator,
        Denominator = Denominator,
        Modulus = Modulus,
        RateMaxPerHour = RateMaxPerHour,
    };
}
