using System.Globalization;
using EdgeMeters.Gateway.Downlink;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>Reads the network plan's stations from its table: of its columns <c>station</c> and <c>profile</c>.</summary>
internal static class StationPlanReader
{
    /// <summary>As a node's configuration may name it.</summary>
    private const int NumberMax = 65535;

    /// <summary>What the links of each profile carry up, bits a second.</summary>
    /// <remarks>
    /// P1 is NB-IoT with a single tone, P2 what was measured over it with small messages, P3 the fastest LoRa setting of CN470; P0, a laboratory's,
    /// and P4, broadband trunking, are assumed. Storm and blackout, P5 and P6, are what befalls a station of P1.
    /// </remarks>
    private static readonly Dictionary<string, long> BitsPerSecond = new(StringComparer.Ordinal)
    {
        ["P0"] = 10_000_000, ["P1"] = 20_000, ["P2"] = 264, ["P3"] = 5_470, ["P4"] = 100_000, ["P5"] = 20_000, ["P6"] = 20_000,
    };

    /// <returns>The stations; none, with what is wrong and what to do told to <paramref name="tell"/>, when the table cannot be used.</returns>
    public static IReadOnlyList<Station> Read(string path, Action<string, string> tell)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tell($"{path} cannot be read: {e.Message}", "let the gateway's user read the table of the stations");
            return [];
        }
        string[] head = lines.Length == 0 ? [] : lines[0].Split(',');
        int number = Array.IndexOf(head, "station");
        int profile = Array.IndexOf(head, "profile");
        if (number < 0 || profile < 0)
        {
            tell($"{path} names no columns station and profile in its first line", "name the table of the network plan, hardware/network/stations.csv");
            return [];
        }
        var stations = new Dictionary<int, Station>();
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            if (cells.Length != head.Length || !int.TryParse(cells[number], NumberStyles.None, CultureInfo.InvariantCulture, out int station)
                || station is < 1 or > NumberMax || !BitsPerSecond.TryGetValue(cells[profile], out long bits)
                || !stations.TryAdd(station, new Station(station, cells[profile], bits * 60 / 8)))
            {
                tell($"{path}, line {i + 1}, is no station: '{lines[i]}'", $"each has a number of its own, 1 to {NumberMax}, a profile, {string.Join(", ", BitsPerSecond.Keys)}, and all columns");
                return [];
            }
        }
        return [.. stations.Values];
    }
}
