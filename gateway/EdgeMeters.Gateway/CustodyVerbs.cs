using System.CommandLine;

namespace EdgeMeters.Gateway;

/// <summary>The verbs that keep the log over the years and over machines: backup, restore, verify.</summary>
internal static class CustodyVerbs
{
    public static Command[] Build(Func<Option<string>> config) => [BackUp(config()), Restore(config()), Verify(config())];

    private static Command BackUp(Option<string> config)
    {
        var file = new Option<string>("--output") { Description = "The backup's file, which must not be there yet.", Required = true };
        var keys = Keys();
        var command = new Command("backup", "Copy the log to one file and check the copy. May be used while the gateway runs.") { config, file, keys };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Run("backup", parsed, config, keys, false).BackUp(parsed.GetValue(file)!, cancel), CancellationToken.None));
        return command;
    }

    private static Command Restore(Option<string> config)
    {
        var file = new Option<string>("--from") { Description = "The backup's file.", Required = true };
        var keys = Keys();
        var command = new Command("restore", "Check a backup and put it into a data folder that has no log.") { config, file, keys };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Run("restore", parsed, config, keys, false).Restore(parsed.GetValue(file)!, cancel), CancellationToken.None));
        return command;
    }

    private static Command Verify(Option<string> config)
    {
        var log = new Option<string?>("--log") { Description = "A backup or another log. Without it, the log of the configuration's dataFolder." };
        var keys = Keys();
        var head = new Option<string?>("--head") { Description = "A hash of the log that was noted before, as ENTRY:HASH: proves that nothing up to that entry was changed since." };
        var json = new Option<bool>("--json") { Description = "Print totals and faults as one JSON object." };
        var command = new Command("verify", "Check every block of the log under its node's key, and all else against the blocks. May be used while the gateway runs.")
        {
            config, log, head, keys, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Run("verify", parsed, config, keys, parsed.GetValue(json)).Verify(parsed.GetValue(log), cancel, parsed.GetValue(head)), CancellationToken.None));
        return command;
    }

    private static CustodyRun Run(string verb, ParseResult parsed, Option<string> config, Option<string[]> keys, bool json) =>
        new(verb, parsed.GetValue(config)!, parsed.GetValue(keys) ?? [], json, Console.Out, Console.Error);

    private static Option<string[]> Keys() => new("--key")
    {
        Description = "A key that a node had before, as NODE=FILE; may be given more than once.",
    };
}
