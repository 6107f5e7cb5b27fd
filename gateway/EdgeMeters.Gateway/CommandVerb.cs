using System.CommandLine;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Downlink;

namespace EdgeMeters.Gateway;

/// <summary>The verb command: one word below it for each thing that a node can be told to do.</summary>
internal static class CommandVerb
{
    private static readonly Option<Uri> Gateway = Address();

    private static readonly Option<string> Node = new("--node") { Description = "Name of the node.", Required = true, Recursive = true };

    private static readonly Option<TimeSpan?> Expires = new("--expires")
    {
        Description = "How long the gateway tries: 60s, 10m, 2h. Default: 10m.",
        Recursive = true,
        CustomParser = CommandLine.ParseDuration,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the command and what became of it as one JSON object.", Recursive = true };

    /// <summary>The option that names the gateway's address.</summary>
    public static Option<Uri> Address() => new("--gateway")
    {
        Description = "Address of the gateway's pages; on this machine, since commands and edits are taken over loopback only.",
        Recursive = true,
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                return address;
            result.AddError($"--gateway: '{text}' is no address: write it like http://127.0.0.1:8080.");
            return null;
        },
    };

    public static Command Build()
    {
        var command = new Command("command", "Tell a node to do something, and wait for what it says.") { Gateway, Node, Expires, Json };
        var seconds = new Option<long>("--seconds") { Description = "How long, 1 to 3600.", DefaultValueFactory = _ => 60 };
        Add(command, "identify", "Blink, so that a technician finds the device.", [seconds],
            parsed => new CommandRequest("identify", A: parsed.GetValue(seconds)));
        var channel = new Option<int?>("--channel") { Description = "Only this channel, 0 to 31." };
        Add(command, "read-now", "Read every channel now, or one; each answer is an event.", [channel],
            parsed => new CommandRequest("read-now", Channel: parsed.GetValue(channel)));
        var from = new Option<long>("--from") { Description = "First sequence to send again.", Required = true };
        var through = new Option<long?>("--through") { Description = "Last sequence to send again. Default: all that is released." };
        Add(command, "resend", "Send readings again, as far as the journal still has them.", [from, through],
            parsed => new CommandRequest("resend", A: parsed.GetValue(from), B: parsed.GetValue(through)));
        Add(command, "resend-events", "Send events again, as far as the journal still has them.", [from, through],
            parsed => new CommandRequest("resend-events", A: parsed.GetValue(from), B: parsed.GetValue(through)));
        var time = new Option<DateTimeOffset?>("--time") { Description = "With its offset, e.g. 2026-12-01T08:00:00+08:00. Default: this machine's time." };
        Add(command, "set-clock", "Set the clock of a node that nothing else sets.", [time],
            parsed => new CommandRequest("set-clock", A: (parsed.GetValue(time) ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds()));
        AddAlign(command);
        Add(command, "reboot", "Keep everything and start again.", [], _ => new CommandRequest("reboot"));
        Add(command, "self-test", "Run the self-test; the answer is an event.", [], _ => new CommandRequest("self-test"));
        return command;
    }

    private static void AddAlign(Command command)
    {
        var channel = new Option<int>("--channel") { Description = "The channel, 0 to 31.", Required = true };
        var dial = new Option<long>("--dial") { Description = "What the meter's dial shows, in pulses.", Required = true };
        var register = new Option<long>("--register") { Description = "What the register is now, as you believe, in pulses: it is set only if it is, within 1000.", Required = true };
        Add(command, "align-register", "Set a pulse register to its meter's dial.", [channel, dial, register],
            parsed => new CommandRequest("align-register", parsed.GetValue(channel), parsed.GetValue(dial), parsed.GetValue(register)));
    }

    private static void Add(Command parent, string name, string description, Option[] options, Func<ParseResult, CommandRequest> request)
    {
        var command = new Command(name, description);
        foreach (var option in options)
            command.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
            {
                BaseAddress = parsed.GetValue(Gateway),
                Timeout = TimeSpan.FromSeconds(30),
            };
            int expiresSeconds = (int)(parsed.GetValue(Expires)?.TotalSeconds ?? DownlinkLimits.ExpiresSecondsDefault);
            var run = new CommandRun(client, parsed.GetValue(Node)!, parsed.GetValue(Json), TimeProvider.System, Console.Out, Console.Error);
            return await run.RunAsync(request(parsed) with { ExpiresSeconds = expiresSeconds }, cancel);
        });
        parent.Add(command);
    }
}
