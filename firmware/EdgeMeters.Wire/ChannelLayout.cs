namespace EdgeMeters.Wire;

/// <summary>Which register of which meter a channel is, and how its raw count becomes the base unit.</summary>
public sealed class ChannelLayout
{
    /// <summary>Serial number on the meter's nameplate, ASCII 33..126. Readings are attributed by it, never by the channel's number.</summary>
    public string MeterSerial { get; set; } = "";

    /// <summary>The register, as an OBIS code such as <c>1-0:1.8.0</c>.</summary>
    public string Register { get; set; } = "";

    public Unit Unit { get; set; }

    /// <summary>Base units = raw × <see cref="Numerator"/> / <see cref="Denominator"/>. 800 imp/kWh is 1000 / 800; 10 L/pulse is 10 / 1.</summary>
    public long Numerator { get; set; } = 1;

    /// <summary>See <see cref="Numerator"/>. The division is done on the whole register, so no remainder is ever lost.</summary>
    public long Denominator { get; set; } = 1;

    /// <summary>The raw count at which the register starts again from zero; 0 when the meter's documents do not state it.</summary>
    public long Modulus { get; set; }

    /// <summary>Largest plausible growth in an hour, in raw counts; 0 when not stated.</summary>
    public long RateMaxPerHour { get; set; }
}
