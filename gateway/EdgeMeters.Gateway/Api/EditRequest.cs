using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Api;

/// <summary>An edit of a load profile as the API takes it: all of it or nothing.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EditRequest(
    [property: Description("Name of the person, 1 to 100 characters.")] string? Who,
    [property: Description("The reason: the protocol, the call, the proof. 1 to 500 characters.")] string? Why,
    [property: Description("1 to 2976 intervals, each once.")] IReadOnlyList<EditedIntervalRequest>? Intervals)
{
    private const long ConsumptionMax = 1_000_000_000_000_000;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.Strict };

    /// <exception cref="JsonException">It is no such object; the message says where.</exception>
    internal static EditRequest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<EditRequest>(json, Options) ?? throw new JsonException("The body is null.");

    /// <param name="nowUtcSeconds">No interval ends later.</param>
    /// <param name="intervals">In the order of their ends; what they replace is not known yet.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    internal string? TryRead(long nowUtcSeconds, out List<EditedInterval> intervals)
    {
        intervals = [];
        if ((FaultOf("who", Who, ProfileEdit.WhoCharsMax) ?? FaultOf("why", Why, ProfileEdit.WhyCharsMax)) is { } fault)
            return fault;
        if (Intervals is not { Count: > 0 and <= ProfileEdit.IntervalsMax })
            return $"intervals are {Intervals?.Count ?? 0}, not 1 to {ProfileEdit.IntervalsMax}.";
        foreach (var interval in Intervals)
        {
            if (interval?.End == null || !TimeText.TryRead(interval.End, out uint end))
                return $"end {Refusal.Echo(interval?.End ?? "")} is no time with an offset.";
            if (end > nowUtcSeconds)
                return $"The interval that ends at {TimeText.Utc(end)} is not over.";
            if (interval.Consumption is < 0 or > ConsumptionMax)
                return $"consumption {interval.Consumption} is not from 0 to {ConsumptionMax}.";
            intervals.Add(new EditedInterval(end, interval.Consumption, null));
        }
        intervals.Sort((a, b) => a.EndUtcSeconds.CompareTo(b.EndUtcSeconds));
        for (int i = 1; i < intervals.Count; i++)
        {
            if (intervals[i].EndUtcSeconds == intervals[i - 1].EndUtcSeconds)
                return $"The interval that ends at {TimeText.Utc(intervals[i].EndUtcSeconds)} is there twice.";
        }
        return null;
    }

    private static string? FaultOf(string name, string? text, int charsMax) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= charsMax && !text.AsSpan().ContainsAnyInRange('\0', '\u001F')
            ? null
            : $"{name} is {Refusal.Echo(text ?? "")}, not 1 to {charsMax} characters that can be printed.";
}
