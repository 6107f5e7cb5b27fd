namespace EdgeMeters.Metering.Bus;

/// <summary>A register that is asked for by its identifier (DI), as DL/T 645 and CJ/T 188 have it, and lies within what then comes.</summary>
public abstract class IdentifierPoint : BusPoint
{
    /// <summary>Bytes of the longest number, and of a number with its unit.</summary>
    public const int BytesMax = 8;

    public uint Identifier { get; set; }

    /// <summary>Offset behind the identifier.</summary>
    public int Offset { get; set; }

    /// <summary>1 to 8.</summary>
    public int Bytes { get; set; }

    /// <summary>The register, from its bytes as the meter has them.</summary>
    /// <param name="variant">As the meter's table has it.</param>
    public abstract BusResult Take(byte[] kept, int offset, byte variant, out long register);
}
