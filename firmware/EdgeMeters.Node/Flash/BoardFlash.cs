using System.Device.Spi;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Ports;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Flash;

/// <summary>Opens a board's external memories, for the application and for the loader.</summary>
public static class BoardFlash
{
    private const int SpiBus = 1;
    private const int SpiHz = 20000000;

    /// <exception cref="DeviceException">It does not answer.</exception>
    public static IBlockDevice OpenNor(Board board)
    {
        return new SpiNorDevice(Open(board, board.NorSelect));
    }

    /// <inheritdoc cref="OpenNor"/>
    public static IBlockDevice OpenFram(Board board)
    {
        return new SpiFramDevice(Open(board, board.FramSelect));
    }

    private static SpiDevice Open(Board board, int select)
    {
        Configuration.SetPinFunction(board.SpiClock, DeviceFunction.SPI1_CLOCK);
        Configuration.SetPinFunction(board.SpiMosi, DeviceFunction.SPI1_MOSI);
        Configuration.SetPinFunction(board.SpiMiso, DeviceFunction.SPI1_MISO);
        SpiConnectionSettings settings = new SpiConnectionSettings(SpiBus, select);
        settings.ClockFrequency = SpiHz;
        settings.Mode = SpiMode.Mode0;
        return new SpiDevice(settings);
    }
}
