using System.CommandLine;
using EdgeMeters.Bench.Network;

namespace EdgeMeters.Simulation.City;

/// <summary>The options of "--city" beside those that all modes share.</summary>
internal sealed class CityCommand
{
    private const int ExitUsage = 2;

    private readonly Option<bool> _city = new("--city") { Description = "The whole plan: 800 stations, a million meters, days of virtual time." };
    private readonly Option<string?> _profile = new("--profile") { Description = "Link of every station, P0 to P6; without it each has the plan's." };
    private readonly Option<int> _dark = new("--dark") { Description = "Percent of the stations that are gone for a while.", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _darkHours = new("--dark-hours") { Description = "For how long.", DefaultValueFactory = _ => 6 };
    private readonly Option<int> _stations = new("--stations") { Description = "Only so many of the plan's stations.", DefaultValueFactory = _ => StationPlan.Stations };
    private readonly Option<int> _station = new("--station") { Description = "Only the one of this number, as it lives among the others." };
    private readonly Option<int> _burst = new("--burst-percent") { Description = "The gateway's network:burstPercent.", DefaultValueFactory = _ => 150 };

    public void AddTo(RootCommand command)
    {
        foreach (Option option in new Option[] { _city, _profile, _dark, _darkHours, _stations, _station, _burst })
            command.Options.Add(option);
        _dark.Validators.Add(r => Within(r, _dark, 0, 100));
        _darkHours.Validators.Add(r => Within(r, _darkHours, 1, 720));
        _stations.Validators.Add(r => Within(r, _stations, 1, StationPlan.Stations));
        _burst.Validators.Add(r => Within(r, _burst, 100, 10_000));
    }

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_city);

    public int Run(ParseResult parsed, int days, int seed, int workers)
    {
        try
        {
            var options = OptionsOf(parsed, days, seed);
            return CityRun.Run(options, workers, parsed.GetValue(_station));
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            Console.Error.WriteLine($"simulation: {e.Message}");
            return ExitUsage;
        }
    }

    private CityOptions OptionsOf(ParseResult parsed, int days, int seed)
    {
        var profiles = LinkProfiles.Load(LinkProfiles.PathHere);
        string? profile = parsed.GetValue(_profile);
        if (profile != null && !profiles.ContainsKey(profile))
            throw new FormatException($"there is no link profile '{profile}': name one of {string.Join(", ", profiles.Keys)}");
        var stations = StationPlan.Load(StationPlan.PathHere).Take(parsed.GetValue(_stations)).Select(s => profile == null ? s : s with { Profile = profile });
        return new CityOptions(
            [.. stations], profiles, days, seed, parsed.GetValue(_dark), parsed.GetValue(_darkHours), parsed.GetValue(_burst));
    }

    private static void Within(System.CommandLine.Parsing.OptionResult result, Option<int> option, int least, int most)
    {
        if (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most)
            result.AddError($"{option.Name} is {least} to {most}.");
    }
}
