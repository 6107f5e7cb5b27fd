using System.IO;

namespace EdgeMeters.NanoSimulation.Files;

/// <summary>nanoFramework's File, over the chip's drive.</summary>
public static class ChipFile
{
    public static bool Exists(string path) => SimulatedChip.Current.Files.Exists(path);

    public static void Delete(string path) => SimulatedChip.Current.Files.Delete(path);

    public static ChipFileStream Open(string path, FileMode mode, FileAccess access) => new(path, mode, access);
}
