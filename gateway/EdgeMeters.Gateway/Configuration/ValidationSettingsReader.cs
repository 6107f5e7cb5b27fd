using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Registry;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>Reads the list <c>validation</c>: limits and switches of the checks, by carrier and class.</summary>
internal static class ValidationSettingsReader
{
    private const int HourSeconds = 3600;
    private const string OffRemedy = "name findings with commas between: momentary, reset, exchange-suspected, reverse, scale-jump, implausible, frozen, spike";

    private static readonly string[] ClassWords = [.. Enum.GetValues<PointClass>().Select(c => c == PointClass.Unstated ? "unstated" : RegistryText.Of(c))];

    public static RuleBook Read(SettingsReader root)
    {
        var rules = new Dictionary<(Carrier, PointClass), ValidationRules>();
        foreach (var entry in root.List("validation"))
        {
            var carrier = RegistryText.CarrierOf(entry.Text("carrier", null, "set water, power, gas or heat"));
            if (carrier == 0 && entry.Has("carrier"))
                entry.Add("carrier", "is not known", "set water, power, gas or heat");
            foreach (var pointClass in ClassesOf(entry))
            {
                if (!rules.TryAdd((carrier, pointClass), Read(entry, ValidationRules.Of(carrier, pointClass))))
                    entry.Add("class", "is there twice for this carrier", "one entry for each carrier and class");
            }
            entry.RefuseUnknown();
        }
        return new RuleBook(rules);
    }

    private static IReadOnlyList<PointClass> ClassesOf(SettingsReader entry)
    {
        if (entry.Optional("class") is not { } word)
            return Enum.GetValues<PointClass>();
        int at = Array.IndexOf(ClassWords, word);
        if (at < 0)
            entry.Add("class", $"'{word}' is not known", $"set {string.Join(", ", ClassWords)}, or leave it out for all");
        return at < 0 ? [] : [Enum.GetValues<PointClass>()[at]];
    }

    private static ValidationRules Read(SettingsReader entry, ValidationRules usual)
    {
        var off = Findings.None;
        foreach (string word in (entry.Optional("off") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var finding = ProfileCodes.FindingOf(word);
            if (finding is Findings.None or Findings.RegisterUnknown or Findings.EditOutdated or Findings.TurnUnknown)
                entry.Add("off", $"'{word}' is no check", OffRemedy);
            off |= finding;
        }
        return usual with
        {
            RateMaxPerHour = entry.Number("ratePerHourMax", (int)usual.RateMaxPerHour, 0, int.MaxValue),
            FrozenSeconds = HourSeconds * entry.Number("frozenHours", usual.FrozenSeconds / HourSeconds, 0, ValidationRules.FrozenSecondsMax / HourSeconds),
            SpikeRatio = entry.Number("spikeRatio", usual.SpikeRatio, 0, 1_000_000),
            Off = off,
        };
    }
}
