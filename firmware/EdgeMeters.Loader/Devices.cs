using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Node.Flash;

namespace EdgeMeters.Loader;

/// <summary>The flash of each board, as the application on it opens it too.</summary>
public static class Devices
{
    /// <param name="number">Number of the board (hardware/boards).</param>
    /// <returns>The device that <see cref="EdgeMeters.Metering.Storage.FlashPlan"/> divides; null for a board on which no application can be loaded.</returns>
    /// <exception cref="DeviceException">The board has one, and it does not answer.</exception>
    public static IBlockDevice? Open(byte number)
    {
        Board? board = BoardCatalog.ByNumber(number);
        return board == null || !board.MayUpdateOverTheAir || board.NorSelect == Board.NoPin ? null : BoardFlash.OpenNor(board);
    }
}
