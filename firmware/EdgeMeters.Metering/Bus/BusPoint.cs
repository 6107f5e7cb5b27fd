using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Bus;

/// <summary>Where one cumulative register lies in a meter, in the words of the meter's protocol.</summary>
public abstract class BusPoint
{
    /// <summary>True for the protocols whose meters have such a point.</summary>
    public abstract bool IsOf(BusProtocol protocol);

    /// <summary>Writes the point into a node's table (FORMAT.md, "Configuration").</summary>
    public abstract void Write(ByteWriter writer);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public abstract void Read(ByteReader reader);

    /// <summary>False for a point that no node may take.</summary>
    public abstract bool IsWithinLimits();
}
