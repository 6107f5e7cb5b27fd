using EdgeMeters.NanoSimulation;

namespace nanoFramework.Runtime.Native;

public static class SystemInfo
{
    public static string TargetName => SimulatedChip.Current.TargetName;
}
