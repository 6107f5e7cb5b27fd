using System;

namespace EdgeMeters.NanoSimulation;

/// <summary>Ends managed code whose chip has no power any more.</summary>
public sealed class PowerLostException : Exception
{
    public PowerLostException()
        : base("the chip has no power")
    {
    }
}
