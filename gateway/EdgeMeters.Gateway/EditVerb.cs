using System.CommandLine;
using EdgeMeters.Gateway.Api;

namespace EdgeMeters.Gateway;

/// <summary>The verb edit: what a person sets in a load profile, with name and reason.</summary>
internal static class EditVerb
{
    /// <param name="gateway">The option that names the gateway's address.</param>
    public static Command Build(Option<Uri> gateway)
    {
        var point = new Option<string>("--point") { Description = "Id of the metering point.", Required = true };
        var end = new Option<string>("--end") { Description = "End of the interval, with its offset: 2026-11-22T10:15:00+08:00.", Required = true };
        var consumption = new Option<long?>("--consumption") { Description = "What it is to be, in base units (Wh, varh, L), multiplier included." };
        var takeBack = new Option<bool>("--take-back") { Description = "Take back what was set before." };
        var who = new Option<string>("--who") { Description = "Your name: it is kept.", Required = true };
        var why = new Option<string>("--why") { Description = "The reason, e.g. the protocol of the exchange: it is kept.", Required = true };
        var command = new Command("edit", "Set an interval of a load profile beside what was read. Nothing that was read is changed.")
        {
            gateway, point, end, consumption, takeBack, who, why,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(consumption) == null != result.GetValue(takeBack))
                result.AddError("edit: give either --consumption or --take-back.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = parsed.GetValue(gateway), Timeout = TimeSpan.FromSeconds(30) };
            var request = new EditRequest(parsed.GetValue(who), parsed.GetValue(why), [new EditedIntervalRequest(parsed.GetValue(end), parsed.GetValue(consumption))]);
            return await new EditRun(client, parsed.GetValue(point)!, Console.Out, Console.Error).RunAsync(request, cancel);
        });
        return command;
    }
}
