namespace System.Device.Spi;

public sealed class SpiConnectionSettings(int busId, int chipSelectLine = -1)
{
    public int BusId { get; set; } = busId;

    public int ChipSelectLine { get; set; } = chipSelectLine;

    public int ClockFrequency { get; set; }

    public SpiBusConfiguration Configuration { get; set; }

    public DataFlow DataFlow { get; set; }

    public int DataBitLength { get; set; } = 8;

    public SpiMode Mode { get; set; }
}
