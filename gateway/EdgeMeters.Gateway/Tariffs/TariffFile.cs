using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Registry;

namespace EdgeMeters.Gateway.Tariffs;

/// <summary>A tariff as a file.</summary>
internal static class TariffFile
{
    /// <summary>Reads one, all of it or nothing.</summary>
    /// <param name="faults">Told everything that is wrong.</param>
    /// <param name="zone">By whose clocks the tariff goes.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static TariffCalendar? Read(string path, RegistryFaults faults, TimeZoneInfo zone)
    {
        using var file = RegistryFile.Open(path);
        return new TariffCsvReader(path, faults).Read(file, zone);
    }
}
