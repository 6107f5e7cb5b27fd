using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Tariffs;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>Reads the list <c>tariffs</c>: each a name, a file, and the zone by whose clocks it goes.</summary>
internal static class TariffSettingsReader
{
    private const string FileRemedy = "name the CSV file of the tariff";
    private const int FaultsTold = 5;

    public static TariffBook Read(SettingsReader root)
    {
        var tariffs = new List<Tariff>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in root.List("tariffs"))
        {
            string name = entry.Name("name");
            string path = entry.FilePath("file", null, true, FileRemedy);
            string zoneText = entry.Optional("zone") ?? "+08:00";
            var zone = Zones.Find(zoneText);
            if (zone == null)
                entry.Add("zone", $"'{zoneText}' is not known", "write an offset such as +08:00, or a name such as Asia/Shanghai");
            entry.RefuseUnknown();
            if (!names.Add(name))
                entry.Add("name", $"'{name}' is there twice", "each tariff has a name of its own");
            if (names.Count > TariffBook.TariffsMax)
                entry.Add("name", $"is one of more than {TariffBook.TariffsMax}", "leave out tariffs that are over");
            else if (File.Exists(path) && Read(entry, path, zone ?? Zones.China) is { } calendar)
                tariffs.Add(new Tariff(name, zone ?? Zones.China, calendar));
        }
        return new TariffBook(tariffs);
    }

    private static TariffCalendar? Read(SettingsReader entry, string path, TimeZoneInfo zone)
    {
        var faults = new RegistryFaults();
        try
        {
            if (TariffFile.Read(path, faults, zone) is { } calendar)
                return calendar;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            entry.Add("file", $"{path} cannot be read: {e.Message}", "let the gateway's user read it");
            return null;
        }
        entry.Add("file", $"is refused with {faults.Count} faults:\n    {string.Join("\n    ", faults.Lines().Take(FaultsTold))}\n    all of them", $"tariffs check {path}");
        return null;
    }
}
