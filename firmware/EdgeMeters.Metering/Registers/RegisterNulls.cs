namespace EdgeMeters.Metering.Registers;

/// <summary>Words by which a meter says that it has no number. Zero is never one of them. NaN and infinity always are.</summary>
public static class RegisterNulls
{
    /// <summary>All bits set: FFFF.</summary>
    public const byte AllOnes = 1;

    /// <summary>The largest signed number: 7FFF.</summary>
    public const byte IntMax = 2;

    /// <summary>The smallest signed number: 8000.</summary>
    public const byte IntMin = 4;

    public const byte All = AllOnes | IntMax | IntMin;
}
