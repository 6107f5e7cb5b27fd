using System.CommandLine;
using EdgeMeters.Simulation.City;
using EdgeMeters.Simulation.World;

namespace EdgeMeters.Simulation;

/// <summary>Runs what was asked for and ends with one line of figures; exits non-zero when a promise was broken.</summary>
internal static class Program
{
    private const int ExitUsage = 2;

    public static int Main(string[] arguments)
    {
        var seeds = new Option<int>("--seeds") { Description = "Whole worlds to live through: nodes, network, gateway, disk and head-end with all faults." };
        var seed = new Option<int>("--seed") { Description = "First seed; what failed is repeated by its seed.", DefaultValueFactory = _ => 1 };
        var days = new Option<int>("--days") { Description = "Days of virtual time.", DefaultValueFactory = _ => 30 };
        var nodes = new Option<int>("--nodes") { Description = "Nodes of a world.", DefaultValueFactory = _ => 50 };
        var meters = new Option<int>("--meters") { Description = "Meters of a world in all, a multiple of its nodes, at most 32 a node.", DefaultValueFactory = _ => 400 };
        var workers = new Option<int>("--workers") { Description = "Worlds side by side.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var city = new CityCommand();
        var command = new RootCommand(
            "Proves that no reading is lost, doubled, altered or attributed to the wrong meter. Progress on standard error, one line of figures on standard output.")
        {
            seeds, seed, days, nodes, meters, workers,
        };
        city.AddTo(command);
        foreach (var option in new[] { days, nodes, meters, workers })
            option.Validators.Add(r => AtLeastOne(r, option));
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(seeds) > 0)
            {
                var options = new WorldOptions(parsed.GetValue(nodes), parsed.GetValue(meters), parsed.GetValue(days));
                return WorldRun.Run(options, parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(workers));
            }
            if (city.IsAsked(parsed))
                return city.Run(parsed, parsed.GetValue(days), parsed.GetValue(seed), parsed.GetValue(workers));
            Console.Error.WriteLine("simulation: say what to run: --seeds N, --city, or --help for the rest.");
            return ExitUsage;
        });
        return command.Parse(arguments).Invoke();
    }

    private static void AtLeastOne(System.CommandLine.Parsing.OptionResult result, Option<int> option)
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name} must be at least 1.");
    }
}
