namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>One register of a meter, as its nameplate and its documents state it.</summary>
/// <param name="Meter">Serial number, as on the nameplate.</param>
/// <param name="Register">OBIS code.</param>
/// <param name="Unit">Unit in which the meter shows it.</param>
/// <param name="WholeDigits">Digits before the decimal point of the display; 0 when they are not stated.</param>
/// <param name="Decimals">Digits behind it.</param>
/// <param name="Modulus">Base units at which it begins again from 0; 0 when neither digits nor modulus are stated.</param>
public sealed record MeterRegister(string Meter, string Register, DialUnit Unit, int WholeDigits, int Decimals, long Modulus)
{
    /// <summary>A register with so many digits on its display, or with none stated.</summary>
    public static MeterRegister OfDigits(string meter, string register, DialUnit unit, int wholeDigits, int decimals)
    {
        long modulus = wholeDigits == 0 ? 0 : unit.Factor;
        for (int i = 0; i < wholeDigits; i++)
            modulus *= 10;
        return new MeterRegister(meter, register, unit, wholeDigits, decimals, modulus);
    }
}
