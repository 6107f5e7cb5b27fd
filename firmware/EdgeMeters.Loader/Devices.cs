using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Loader;

/// <summary>The flash of each board, as the application on it opens it too.</summary>
public static class Devices
{
    /// <param name="board">Number of the board (hardware/boards).</param>
    /// <returns>The device that <see cref="EdgeMeters.Metering.Storage.FlashPlan"/> divides; null for a board on which no application can be loaded.</returns>
    /// <exception cref="DeviceException">The board has one, and it does not answer.</exception>
    public static IBlockDevice? Open(byte board)
    {
        // A board comes in here with its SPI NOR flash once it also has the memory to load into (PSRAM). None has both yet.
        return null;
    }
}
