using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeMeters.Gateway.Api;

namespace EdgeMeters.Gateway;

/// <summary>Gives one command through the gateway's API and follows it to its end.</summary>
/// <param name="client">With the gateway's address.</param>
/// <param name="json">True to end with the command as JSON; progress then goes to <paramref name="errors"/>.</param>
internal sealed class CommandRun(HttpClient client, string node, bool json, TimeProvider time, TextWriter output, TextWriter errors)
{
    /// <summary>The node's answer was no, or none came.</summary>
    public const int ExitNotDone = 1;

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    /// <summary>A node that starts again says hello before it delivers its events, the answer of the start before among them.</summary>
    private static readonly TimeSpan LateAnswerMax = TimeSpan.FromSeconds(15);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string _path = $"api/v1/nodes/{Uri.EscapeDataString(node)}/commands";

    /// <returns>0 when the node did it, <see cref="ExitNotDone"/> when not, <see cref="GatewayHost.ExitNotStarted"/> when the gateway did not take it.</returns>
    public async Task<int> RunAsync(CommandRequest request, CancellationToken cancel)
    {
        try
        {
            using var answer = await client.PostAsJsonAsync(_path, request, Options, cancel);
            if (!answer.IsSuccessStatusCode)
                return await RefuseAsync(answer, cancel);
            var given = (await answer.Content.ReadFromJsonAsync<CommandReply>(Options, cancel))!;
            Say($"{given.Command} to {node}: number {given.Number} in its start {given.Start:X8}");
            return End(await FollowAsync(given, cancel));
        }
        catch (HttpRequestException e)
        {
            await errors.WriteLineAsync($"command: {client.BaseAddress} does not answer: {e.Message} Is the gateway running, and are these its web:address and web:port?");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            await errors.WriteLineAsync($"command: {client.BaseAddress} answers, but not as a gateway does: {e.Message} Is another program on this port?");
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync(cancel.IsCancellationRequested
                ? $"command: no longer waited for; it goes on until its time is over, see {client.BaseAddress}{_path}"
                : $"command: {client.BaseAddress} does not answer in time. Look at its log.");
        }
        return GatewayHost.ExitNotStarted;
    }

    private async Task<CommandReply> FollowAsync(CommandReply given, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        long told = began;
        long? restarted = null;
        var latest = given;
        while (latest.State == "waiting" || latest.State == "restarted" && time.GetElapsedTime(restarted ??= time.GetTimestamp()) < LateAnswerMax)
        {
            await Task.Delay(PollPeriod, time, cancel);
            var all = await client.GetFromJsonAsync<CommandReply[]>(_path, Options, cancel);
            latest = all!.FirstOrDefault(c => c.Start == given.Start && c.Number == given.Number)
                ?? throw new HttpRequestException("The gateway was started again and no longer knows the command; the node's answer will be among its events.");
            if (time.GetElapsedTime(told) < TellEvery)
                continue;
            told = time.GetTimestamp();
            string what = latest.State == "restarted" ? "the node has restarted, its answer may be on its way"
                : latest.Sent ? "sent, no answer yet" : "not sent yet: the node is not listening, or other commands are before it";
            Say(string.Create(CultureInfo.InvariantCulture, $"{what} ({time.GetElapsedTime(began).TotalSeconds:0} s)"));
        }
        return latest;
    }

    private int End(CommandReply command)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(command, Options));
        bool isDone = command is { State: "done", Outcome: "done" };
        Say(command.State switch
        {
            "done" => $"{command.Command} to {node}: {command.Outcome}",
            "expired" => $"{command.Command} to {node}: no answer in time. It may have been carried out all the same: look at the events of the node.",
            _ => $"{command.Command} to {node}: the node restarted, and the command is not sent again. Give it anew if it is still wanted.",
        });
        return isDone ? 0 : ExitNotDone;
    }

    private async Task<int> RefuseAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var (line, problem) = await ProblemText.ReadAsync(answer, cancel);
        if (json)
            await output.WriteLineAsync(problem);
        await errors.WriteLineAsync("command: " + line);
        return GatewayHost.ExitNotStarted;
    }

    private void Say(string line) => (json ? errors : output).WriteLine("command: " + line);
}
