using System.CommandLine;

namespace EdgeMeters.Gateway;

/// <summary>The verb tariffs: when which price is in force, as tables.</summary>
internal static class TariffsVerbs
{
    public static Command Build()
    {
        var files = new Argument<string[]>("files") { Description = "CSV files in UTF-8, each a tariff.", Arity = ArgumentArity.OneOrMore };
        var check = new Command("check", "Check tariffs and change nothing: every minute of every kind of day belongs to one tariff period.") { files };
        check.SetAction((parsed, cancel) => Task.Run(() => new TariffsRun(Console.Out, Console.Error).Check(parsed.GetValue(files)!), CancellationToken.None));
        return new Command("tariffs", "Tariffs by which load profiles are added up. The gateway reads those of its configuration when it starts.") { check };
    }
}
