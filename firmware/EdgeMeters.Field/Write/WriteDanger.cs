using System.Globalization;
using System.Text.RegularExpressions;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Field.Line;

namespace EdgeMeters.Field.Write;

/// <summary>What must not be written to a meter, by its profile.</summary>
internal static partial class WriteDanger
{
    /// <returns>Why a write is refused; null when the profile has nothing against it.</returns>
    public static string? Of(MeterProfile profile, bool isCoils, int address, int quantity)
    {
        BusPoint[] points = ProfileFiles.PointsOf(profile);
        for (int i = 0; i < points.Length; i++)
        {
            // Meters keep input and holding registers of one number apart or not; a count is not worth finding out.
            if (!isCoils && points[i] is ModbusPoint point
                && address < point.Address + RegisterDecoder.WordsOf(point.Type) && point.Address < address + quantity)
                return $"{profile.Registers[i].Scale.Obis} is counted in register {point.Address}, and what a meter has counted is never written";
        }
        foreach (string caveat in profile.Caveats.Where(c => Warning().IsMatch(c)))
        {
            if (Number().Matches(caveat).Any(match => Read(match.Value) is var named && named >= address && named < address + quantity))
                return $"the profile says: {caveat}";
        }
        return null;
    }

    private static int Read(string text)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : -1;
    }

    [GeneratedRegex(@"\b(writ(e|es|ing|ten)|danger\w*|reset\w*|clear\w*|eras\w+|overwrit\w+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Warning();

    [GeneratedRegex(@"\b(0x[0-9a-f]{1,4}|[0-9]{1,5})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Number();
}
