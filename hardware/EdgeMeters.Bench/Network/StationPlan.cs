using System.Globalization;
using System.Text;

namespace EdgeMeters.Bench.Network;

/// <summary>Makes, writes and reads the stations of the plan. Synthetic: only their number, the plain and the million meters were ever published.</summary>
/// <remarks>
/// Two of three stations crowd around the centre, the others lie all over the plain; none closer than 600 m to another. Whole numbers only, so that
/// a seed gives the same bytes on every machine.
/// </remarks>
public static class StationPlan
{
    public const string Header = "station,name,latitude,longitude,district,profile,meters";
    public const int Stations = 800;
    public const int MetersPerStation = 1250;
    public const int Seed = 1;

    /// <summary>Wire's table names a station in 16 bits; 0 is none.</summary>
    private const int StationMax = 65535;
    private const int MetersMax = 100_000;
    private const int ProfilesMax = 7;

    // The centre, and metres per degree there: 40° north.
    private const double CentreLatitude = 39.90;
    private const double CentreLongitude = 116.40;
    private const int MetresPerLatitude = 111_000;
    private const int MetresPerLongitude = 85_300;

    // The plain, around the centre, in metres: north and west of the line between its two ends are the mountains.
    private const int SouthMetres = -45_000;
    private const int NorthMetres = 42_000;
    private const int WestMetres = -38_000;
    private const int EastMetres = 50_000;
    private const int MountainMetres = 46_000;
    private const int CrowdMetres = 16_000;
    private const int ApartMetres = 600;

    /// <summary>Where the repository's own file is, from a program that was built in it.</summary>
    public static string PathHere => NetworkFiles.Find("stations.csv");

    public static PlannedStation[] Make(int seed = Seed)
    {
        var random = new PlanRandom((ulong)seed);
        var places = new List<(int East, int North)>();
        while (places.Count < Stations)
        {
            var place = places.Count % 3 < 2 ? Crowded(random) : Spread(random);
            if (IsPlain(place) && places.TrueForAll(other => IsApart(place, other)))
                places.Add(place);
        }
        // North to south, as one reads a map.
        return [.. places.OrderByDescending(p => p.North).ThenBy(p => p.East).Select((p, i) => StationAt(i + 1, p, random))];
    }

    public static string Write(IEnumerable<PlannedStation> stations)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (PlannedStation s in stations)
            text.Append(CultureInfo.InvariantCulture, $"{s.Number},{s.Name},{s.Latitude:F4},{s.Longitude:F4},{s.District},{s.Profile},{s.Meters}\n");
        return text.ToString();
    }

    /// <exception cref="FormatException">The file is none; the message names it and the line. Nothing of it is taken then.</exception>
    public static PlannedStation[] Load(string path) => Parse(path, File.ReadAllLines(path));

    /// <inheritdoc cref="Load"/>
    public static PlannedStation[] Parse(string path, string[] lines)
    {
        if (lines.Length == 0 || lines[0] != Header)
            throw new FormatException($"{path}, line 1: the header is {Header}");
        var stations = new List<PlannedStation>();
        var numbers = new HashSet<int>();
        for (int i = 1; i < lines.Length; i++)
        {
            var (station, fault) = ParseLine(lines[i]);
            if (fault == null && !numbers.Add(station!.Number))
                fault = $"station {station.Number} is there twice";
            if (fault != null)
                throw new FormatException($"{path}, line {i + 1}: {fault}");
            stations.Add(station!);
        }
        return stations.Count > 0 ? [.. stations] : throw new FormatException($"{path}, line 2: there is no station");
    }

    private static (PlannedStation? Station, string? Fault) ParseLine(string line)
    {
        string[] fields = line.Split(',');
        int columns = Header.Split(',').Length;
        if (fields.Length != columns)
            return (null, $"{fields.Length} fields, the header has {columns}");
        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > StationMax)
            return (null, $"'{fields[0]}' is no station: 1 to {StationMax}");
        if (fields[1].Length == 0 || fields[4].Length == 0)
            return (null, "name or district is empty");
        if (!TryDegrees(fields[2], 90, out double latitude) || !TryDegrees(fields[3], 180, out double longitude))
            return (null, $"'{fields[2]}', '{fields[3]}' are no latitude and longitude in degrees");
        if (fields[5].Length != 2 || fields[5][0] != 'P' || fields[5][1] < '0' || fields[5][1] >= '0' + ProfilesMax)
            return (null, $"'{fields[5]}' is no profile: P0 to P6");
        if (!int.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out int meters) || meters is < 1 or > MetersMax)
            return (null, $"'{fields[6]}' is no number of meters: 1 to {MetersMax}");
        return (new PlannedStation(number, fields[1], latitude, longitude, fields[4], fields[5], meters), null);
    }

    private static bool TryDegrees(string text, int most, out double degrees) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out degrees)
        && Math.Abs(degrees) <= most;

    // The sum of four even throws is near enough to a bell.
    private static (int East, int North) Crowded(PlanRandom random)
    {
        int east = 0, north = 0;
        for (int i = 0; i < 4; i++)
        {
            east += random.Next(-CrowdMetres / 2, CrowdMetres / 2);
            north += random.Next(-CrowdMetres / 2, CrowdMetres / 2);
        }
        return (east, north);
    }

    private static (int East, int North) Spread(PlanRandom random) => (random.Next(WestMetres, EastMetres), random.Next(SouthMetres, NorthMetres));

    private static bool IsPlain((int East, int North) place) =>
        place.East is >= WestMetres and <= EastMetres && place.North is >= SouthMetres and <= NorthMetres && place.North - place.East < MountainMetres;

    private static bool IsApart((int East, int North) place, (int East, int North) other)
    {
        long east = place.East - other.East, north = place.North - other.North;
        return (east * east) + (north * north) >= (long)ApartMetres * ApartMetres;
    }

    private static PlannedStation StationAt(int number, (int East, int North) place, PlanRandom random)
    {
        double latitude = CentreLatitude + ((double)place.North / MetresPerLatitude);
        double longitude = CentreLongitude + ((double)place.East / MetresPerLongitude);
        // Broadband where the city is dense, and only at some.
        string profile = Distance2(place) < Square(12_000) && random.Next(0, 100) < 40 ? "P4" : "P1";
        return new PlannedStation(number, $"S{number:D3}", Math.Round(latitude, 4), Math.Round(longitude, 4), District(place), profile, MetersPerStation);
    }

    private static string District((int East, int North) place)
    {
        long distance2 = Distance2(place);
        int ring = distance2 < Square(8_000) ? 1 : distance2 < Square(16_000) ? 2 : distance2 < Square(30_000) ? 3 : 4;
        return $"R{ring}-{(place.North >= 0 ? 'N' : 'S')}{(place.East >= 0 ? 'E' : 'W')}";
    }

    private static long Distance2((int East, int North) place) => Square(place.East) + Square(place.North);

    private static long Square(long metres) => metres * metres;
}
