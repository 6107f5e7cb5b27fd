using System.Text.Json;

namespace EdgeMeters.Gateway.Demo;

/// <summary>What the gateway says of itself over its API.</summary>
internal sealed class DemoStatus(HttpClient client)
{
    /// <summary>Readings in the log as of the latest answer.</summary>
    public long Readings { get; private set; }

    /// <returns>False while the gateway does not answer, as in the second after it was killed.</returns>
    public Task<bool> ReadAsync() => AskAsync("api/v1/status", root =>
    {
        Readings = root.GetProperty("readings").GetInt64();
        return true;
    });

    /// <summary>True once every node has said hello: from then on it counts.</summary>
    public Task<bool> AreNodesHereAsync() => AskAsync(
        "api/v1/nodes", root => root.GetProperty("nodes").EnumerateArray().All(node => node.GetProperty("helloUtc").ValueKind != JsonValueKind.Null));

    private async Task<bool> AskAsync(string address, Func<JsonElement, bool> take)
    {
        try
        {
            using var stream = await client.GetStreamAsync(address);
            using var document = await JsonDocument.ParseAsync(stream);
            return take(document.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }
}
