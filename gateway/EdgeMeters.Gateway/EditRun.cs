using System.Text.Json;
using EdgeMeters.Gateway.Api;

namespace EdgeMeters.Gateway;

/// <summary>Sets one interval of a load profile through the gateway's API.</summary>
/// <param name="client">With the gateway's address.</param>
internal sealed class EditRun(HttpClient client, string point, TextWriter output, TextWriter errors)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <returns>0 when it is kept, <see cref="GatewayHost.ExitNotStarted"/> when the gateway did not take it.</returns>
    public async Task<int> RunAsync(EditRequest request, CancellationToken cancel)
    {
        try
        {
            using var answer = await client.PostAsJsonAsync($"api/v1/points/{Uri.EscapeDataString(point)}/edits", request, Options, cancel);
            if (!answer.IsSuccessStatusCode)
            {
                var (line, _) = await ProblemText.ReadAsync(answer, cancel);
                await errors.WriteLineAsync("edit: " + line);
                return GatewayHost.ExitNotStarted;
            }
            var kept = (await answer.Content.ReadFromJsonAsync<EditKeptReply>(Options, cancel))!;
            await output.WriteLineAsync($"edit: {point}: kept in entry {kept.Entry} of the log");
            return 0;
        }
        catch (HttpRequestException e)
        {
            await errors.WriteLineAsync($"edit: {client.BaseAddress} does not answer: {e.Message} Is the gateway running, and are these its web:address and web:port?");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            await errors.WriteLineAsync($"edit: {client.BaseAddress} answers, but not as a gateway does: {e.Message} Is another program on this port?");
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync($"edit: {client.BaseAddress} does not answer in time. It may have been kept: look at {client.BaseAddress}api/v1/points/{point}/edits.");
        }
        return GatewayHost.ExitNotStarted;
    }
}
