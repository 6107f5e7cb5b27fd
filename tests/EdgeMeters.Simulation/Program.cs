using System.CommandLine;
using EdgeMeters.Simulation.Journal;

namespace EdgeMeters.Simulation;

/// <summary>Runs what was asked for and ends with one line of figures; exits non-zero when a promise was broken.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments)
    {
        var command = new RootCommand("Proves that no reading is lost, doubled, altered or attributed to the wrong meter: everything in virtual time, by seed.");
        var seed = new Option<int>("--seed") { Description = "Where all randomness comes from; a failure prints it.", DefaultValueFactory = _ => 1 };
        var journal = new Option<bool>("--journal") { Description = "The journal alone: every power cut, torn write, flip and twenty years of wear." };
        var cuts = new Option<int>("--cuts") { Description = "Cut points of --journal, at least.", DefaultValueFactory = _ => JournalRun.CutsDefault };
        command.Options.Add(seed);
        command.Options.Add(journal);
        command.Options.Add(cuts);
        command.SetAction(parsed => Task.FromResult(parsed.GetValue(journal) ? JournalRun.Run(parsed.GetValue(seed), parsed.GetValue(cuts)) : Usage()));
        return command.Parse(arguments).InvokeAsync();
    }

    private static int Usage()
    {
        Console.Error.WriteLine("Say what to prove, for example --journal; --help names all of it.");
        return 2;
    }
}
