using System.CommandLine;

namespace EdgeMeters.Simulation;

/// <summary>Runs what was asked for and ends with one line of figures; exits non-zero when a promise was broken.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments)
    {
        var command = new RootCommand("Proves that no reading is lost, doubled, altered or attributed to the wrong meter: everything in virtual time, by seed.");
        return command.Parse(arguments).InvokeAsync();
    }
}
