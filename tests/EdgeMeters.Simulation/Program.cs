using System.CommandLine;
using EdgeMeters.Simulation.City;
using EdgeMeters.Simulation.Histories;
using EdgeMeters.Simulation.Journal;
using EdgeMeters.Simulation.Mutants;
using EdgeMeters.Simulation.Processes;
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
        var journal = new Option<bool>("--journal") { Description = "The journal alone: every power cut, torn writes, flips, reads that fail, twenty years of wear." };
        var cuts = new Option<int>("--cuts") { Description = "Cut points of --journal, at least.", DefaultValueFactory = _ => JournalRun.CutsDefault };
        var mutants = new Option<bool>("--mutants") { Description = "Breaks our own code, one edit at a time, and runs the tests that must notice." };
        var only = new Option<string>("--only") { Description = "Parts of names, with commas between: the mutants of --mutants to run.", DefaultValueFactory = _ => "" };
        var kills = new Option<int>("--kills") { Description = "Kills of the real gateway process under load, with every other fault between them." };
        var restart = new Option<long?>("--restart") { Description = "Time from the gateway's start to serving, with so many readings stored (10 million if no number is given).", Arity = ArgumentArity.ZeroOrOne, CustomParser = r => r.Tokens.Count == 0 ? 10_000_000 : long.Parse(r.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture) };
        var histories = new Option<int>("--histories") { Description = "Random histories of registers whose load profiles are held against what was consumed." };
        var city = new CityCommand();
        var command = new RootCommand(
            "Proves that no reading is lost, doubled, altered or attributed to the wrong meter. Progress on standard error, one line of figures on standard output.")
        {
            seeds, seed, days, nodes, meters, workers, kills, restart, journal, cuts, mutants, only, histories,
        };
        city.AddTo(command);
        foreach (var option in new[] { days, nodes, meters, workers, cuts })
            option.Validators.Add(r => AtLeastOne(r, option));
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(seeds) > 0)
            {
                var options = new WorldOptions(parsed.GetValue(nodes), parsed.GetValue(meters), parsed.GetValue(days));
                return WorldRun.Run(options, parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(workers), Console.Out, Console.Error);
            }
            if (parsed.GetValue(histories) > 0)
                return HistoryRun.Run(parsed.GetValue(histories), parsed.GetValue(seed), parsed.GetValue(workers), Console.Out, Console.Error);
            if (parsed.GetValue(journal))
                return JournalRun.Run(parsed.GetValue(seed), parsed.GetValue(cuts));
            if (parsed.GetValue(mutants))
                return MutantRun.Run(parsed.GetValue(only)!);
            if (city.IsAsked(parsed))
                return city.Run(parsed, parsed.GetValue(days), parsed.GetValue(seed), parsed.GetValue(workers));
            if (parsed.GetValue(kills) > 0)
                return KillsRun.RunAsync(parsed.GetValue(kills), parsed.GetValue(seed), Console.Out, Console.Error).GetAwaiter().GetResult();
            if (parsed.GetValue(restart) is > 0 and var readings)
                return RestartRun.RunAsync(readings, parsed.GetValue(seed), Console.Out, Console.Error).GetAwaiter().GetResult();
            Console.Error.WriteLine("simulation: say what to run: --seeds N, --histories N, --journal, --city, --kills N, --restart, --mutants, or --help for the rest.");
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
