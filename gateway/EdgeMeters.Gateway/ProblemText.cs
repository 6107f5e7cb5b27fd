using System.Text.Json;

namespace EdgeMeters.Gateway;

/// <summary>Why the gateway's API said no, in a line.</summary>
internal static class ProblemText
{
    /// <returns>The problem's title, detail and remedy; and its JSON.</returns>
    /// <exception cref="NotSupportedException">The answer is none of a gateway.</exception>
    public static async Task<(string Line, string Json)> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        string text = await answer.Content.ReadAsStringAsync(cancel);
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            throw new NotSupportedException($"status {(int)answer.StatusCode}.");
        using var problem = JsonDocument.Parse(text);
        return ($"{Part("title")} {Part("detail")} {Part("remedy")}", text);

        string? Part(string name) => problem.RootElement.TryGetProperty(name, out var part) ? part.GetString() : null;
    }
}
