using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;

namespace EdgeMeters.Firmware.Tests.Storage;

/// <summary>Takes the power away at every operation of a piece of work, before, after and within it, and hands on what is then in the flash.</summary>
internal static class PowerCuts
{
    private const int TornPoints = 3;

    /// <returns>How many cuts there were.</returns>
    public static int AtEveryOperation(SimulatedFlash flash, Geometry geometry, Random random, Action work, Action<SimulatedFlash> afterCut)
    {
        int cuts = 0;
        flash.UnderWay = () =>
        {
            int bytes = flash.UnderWayBytes;
            for (int i = 0; i < TornPoints + 2; i++)
            {
                // A sync has no bytes, but leaves what is before it to chance.
                int done = i == 0 ? 0 : i == 1 ? bytes : random.Next(bytes + 1);
                afterCut(new SimulatedFlash(geometry, flash.ImageAfterCut(random, done)));
                cuts++;
            }
        };
        work();
        flash.UnderWay = null;
        return cuts;
    }
}
