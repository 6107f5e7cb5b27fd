using System.CommandLine;

namespace EdgeMeters.Gateway;

/// <summary>The verb points: the registry of metering points as tables.</summary>
internal static class PointsVerbs
{
    public static Command Build(Func<Option<string>> config) =>
        new("points", "The registry of metering points: import, export and check its tables. May be used while the gateway runs, which takes a new one in within seconds.")
        {
            Import(config()), Export(config()), Check(),
        };

    private static Command Import(Option<string> config)
    {
        var files = Files();
        var remove = new Option<bool>("--remove") { Description = "Let metering points go that are in the registry and not in the files. Without it the import is refused then." };
        var command = new Command("import", "Check tables and put them in place of the registry, all of it or nothing.") { config, remove, files };
        command.SetAction((parsed, cancel) => Task.Run(
            () => new PointsRun("points import", Console.Out, Console.Error).Import(parsed.GetValue(config)!, parsed.GetValue(files)!, parsed.GetValue(remove)), CancellationToken.None));
        return command;
    }

    private static Command Export(Option<string> config)
    {
        var file = new Argument<string?>("file") { Description = "The file to write, which must not be there yet. Without it, standard output.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("export", "Write the registry as one file of three tables.") { config, file };
        command.SetAction((parsed, cancel) => Task.Run(
            () => new PointsRun("points export", Console.Out, Console.Error).Export(parsed.GetValue(config)!, parsed.GetValue(file)), CancellationToken.None));
        return command;
    }

    private static Command Check()
    {
        var files = Files();
        var command = new Command("check", "Check tables and change nothing.") { files };
        command.SetAction((parsed, cancel) => Task.Run(
            () => new PointsRun("points check", Console.Out, Console.Error).Check(parsed.GetValue(files)!), CancellationToken.None));
        return command;
    }

    private static Argument<string[]> Files() => new("files")
    {
        Description = "CSV files in UTF-8 which together have the tables of points, meters and services.",
        Arity = ArgumentArity.OneOrMore,
    };
}
