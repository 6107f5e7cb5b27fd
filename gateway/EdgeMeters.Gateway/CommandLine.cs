using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeMeters.Gateway.Demo;

namespace EdgeMeters.Gateway;

/// <summary>The verbs of the gateway's program.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        var root = new RootCommand("EdgeMeters gateway: takes readings of meters into custody, aggregates and forwards them.")
        {
            Run(), Demo(), Export(), CommandVerb.Build(), EditVerb.Build(CommandVerb.Address()), PointsVerbs.Build(Config), TariffsVerbs.Build(), DemoGateway(),
        };
        foreach (var verb in CustodyVerbs.Build(Config))
            root.Add(verb);
        return root;
    }

    private static Command Run()
    {
        var config = Config();
        var command = new Command("run", "Run the gateway. Ends on SIGTERM or Ctrl-C after everything under way is safe.") { config };
        command.SetAction((parsed, cancel) => GatewayHost.RunAsync(parsed.GetValue(config)!, false, cancel));
        return command;
    }

    /// <summary>What the demo starts as its gateway: the same, but on loopback and without certificates.</summary>
    private static Command DemoGateway()
    {
        var config = Config();
        var command = new Command("demo-gateway", "The demo's gateway process.") { config };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => GatewayHost.RunAsync(parsed.GetValue(config)!, true, cancel));
        return command;
    }

    private static Command Demo()
    {
        var duration = new Option<TimeSpan?>("--for")
        {
            Description = "End by itself after this time and count: 60s, 5m, 2h. Without it the demo runs until Ctrl-C.",
            CustomParser = ParseDuration,
        };
        var folder = new Option<string?>("--folder") { Description = "Keep readings and journals here. Without it, in a new temporary folder that is removed." };
        var port = new Option<int>("--port") { Description = "Port of the dashboard on 127.0.0.1; another if it is taken, any free one for 0.", DefaultValueFactory = _ => 8080 };
        var seed = new Option<int>("--seed") { Description = "Seed of the street's consumption.", DefaultValueFactory = _ => 1 };
        var command = new Command("demo", "Watch a virtual street: 4 nodes read 12 meters, the gateway keeps, aggregates and forwards.")
        {
            duration, folder, port, seed,
        };
        command.SetAction((parsed, cancel) => new DemoRun(
            parsed.GetValue(duration), parsed.GetValue(folder), parsed.GetValue(port), parsed.GetValue(seed)).RunAsync(cancel));
        return command;
    }

    private static Command Export()
    {
        var config = Config();
        var from = new Option<string>("--from") { Description = "Begin, e.g. 2026-11-01T00:00+08:00.", Required = true };
        var to = new Option<string>("--to") { Description = "End, e.g. 2026-12-01T00:00+08:00.", Required = true };
        var point = new Option<string?>("--point") { Description = "Only this metering point." };
        var output = new Option<string?>("--output") { Description = "Write to this file instead of standard output." };
        var command = new Command("export", "Write intervals as CSV. May be used while the gateway runs.") { config, from, to, point, output };
        command.SetAction((parsed, cancel) => ExportCommand.RunAsync(
            parsed.GetValue(config)!, parsed.GetValue(from)!, parsed.GetValue(to)!, parsed.GetValue(point), parsed.GetValue(output), cancel));
        return command;
    }

    private static Option<string> Config() => new("--config")
    {
        Description = "The configuration file.",
        DefaultValueFactory = _ => "gateway.json",
    };

    internal static TimeSpan? ParseDuration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0)
        {
            switch (text[^1])
            {
                case 's':
                    return TimeSpan.FromSeconds(number);
                case 'm':
                    return TimeSpan.FromMinutes(number);
                case 'h':
                    return TimeSpan.FromHours(number);
            }
        }
        result.AddError($"'{text}' is no duration: write 60s, 5m or 2h.");
        return null;
    }
}
