namespace EdgeMeters.NanoSimulation.Bus;

/// <summary>A part at an SPI bus.</summary>
public interface ISpiPart
{
    /// <summary>Its chip select goes low.</summary>
    void Select(long nowUs);

    /// <summary>Eight clocks.</summary>
    byte Exchange(byte sent);

    /// <summary>Its chip select goes high: a command that changes anything begins now.</summary>
    void Deselect(long nowUs);
}
