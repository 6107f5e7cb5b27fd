using System.Text.Json;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>One of pulse-timelines.json: what contacts do, and what has to come of it. A contact that closes at 0 rested open before, unless nothing follows.</summary>
internal sealed class PulseTimeline
{
    private readonly JsonElement _json;

    private PulseTimeline(JsonElement json)
    {
        _json = json;
        int repeat = json.TryGetProperty("repeat", out JsonElement times) ? times.GetInt32() : 1;
        double periodMs = repeat > 1 ? json.GetProperty("periodMs").GetDouble() : 0;
        JsonElement[] edges = [.. json.GetProperty("edges").EnumerateArray()];
        Edges = [.. Enumerable.Range(0, repeat).SelectMany(i => edges.Select(edge => EdgeOf(edge, i * periodMs)))];
    }

    public static IReadOnlyList<PulseTimeline> All { get; } = Load();

    public string Name => _json.GetProperty("name").GetString()!;

    /// <summary>In order of time, from 0.</summary>
    public (long Microseconds, bool IsSecond, bool IsClosed)[] Edges { get; }

    public static PulseTimeline Of(string name) => All.Single(one => one.Name == name);

    public int Param(string name) => _json.GetProperty("params").GetProperty(name).GetInt32();

    /// <summary>The minimum width, or what the kind of contact has where the timeline states none.</summary>
    public int FilterMicroseconds(int otherwise) =>
        _json.GetProperty("params").TryGetProperty("filter_ms", out JsonElement ms) ? 1000 * ms.GetInt32() : otherwise;

    public long Expected(string name) => _json.GetProperty("expected").GetProperty(name).GetInt64();

    public string? Alarm => _json.GetProperty("expected").TryGetProperty("alarm", out JsonElement alarm) ? alarm.GetString() : null;

    private static (long, bool, bool) EdgeOf(JsonElement edge, double fromMs)
    {
        long microseconds = (long)Math.Round(1000 * (fromMs + edge[0].GetDouble()));
        return edge.GetArrayLength() == 3
            ? (microseconds, edge[1].GetString() == "B", edge[2].GetInt32() == 1)
            : (microseconds, false, edge[1].GetInt32() == 1);
    }

    private static PulseTimeline[] Load()
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.PathOf("tests", "EdgeMeters.Firmware.Tests", "Pulse", "pulse-timelines.json")));
        return [.. document.RootElement.EnumerateArray().Select(one => new PulseTimeline(one.Clone()))];
    }
}
