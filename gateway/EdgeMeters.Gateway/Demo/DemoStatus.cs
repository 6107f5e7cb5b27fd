using System.Text.Json;

namespace EdgeMeters.Gateway.Demo;

/// <summary>What the gateway says of itself over its API.</summary>
internal sealed class DemoStatus(HttpClient client)
{
    /// <summary>Readings in the log as of the latest answer.</summary>
    public long Readings { get; private set; }

    /// <returns>False while the gateway does not answer, as in the second after it was killed.</returns>
    public async Task<bool> ReadAsync()
    {
        try
        {
            using var stream = await client.GetStreamAsync("api/v1/status");
            using var document = await JsonDocument.ParseAsync(stream);
            Readings = document.RootElement.GetProperty("readings").GetInt64();
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }
}
