using System.ComponentModel;
using System.Text.Json;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using Microsoft.Net.Http.Headers;

namespace EdgeMeters.Gateway.Api;

/// <summary>What people set in load profiles. It stands beside what was read, in the log, and never over it.</summary>
internal static class EditApi
{
    private const string IdText = "Id of the metering point.";

    public static IResult Edits(
        IReadingQueries queries, IProfileQueries profiles, TimeProvider time,
        [Description(IdText)] string id,
        [Description("Of intervals that end after this: ISO 8601 with offset. Default: 31 days before 'to'.")] string? from,
        [Description("Of intervals that end not after this: ISO 8601 with offset. Default: now.")] string? to)
    {
        if (TimeRange.Read(from, to, time.GetUtcNow(), ApiLimits.RangeOfDaysDefaultSeconds, out var range) is { } badRange)
            return badRange;
        if (queries.Point(id) is null)
            return ReadingApi.UnknownPoint(id);
        return TypedResults.Ok(profiles.Edits(id, range.FromUtcSeconds, range.ToUtcSeconds).Select(EditReply.Of).ToArray());
    }

    public static async Task<IResult> EditAsync(
        IReadingQueries queries, IProfileQueries profiles, IEditStore store, TimeProvider time, HttpContext context,
        [Description(IdText)] string id, CancellationToken cancel)
    {
        if (LocalOnly.Refuse(context) is { } notAllowed)
            return notAllowed;
        var request = context.Request;
        // Anything else a page of another site may send without asking.
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return Refusal.NotJson.Because($"The content type is {Refusal.Echo(request.ContentType ?? "")}.");
        byte[] buffer = new byte[ApiLimits.EditBytesMax + 1];
        int count = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        if (count > ApiLimits.EditBytesMax)
            return Refusal.BadEdit.Because($"It is longer than {ApiLimits.EditBytesMax} bytes.");
        EditRequest edit;
        try
        {
            edit = EditRequest.Parse(buffer.AsSpan(0, count));
        }
        catch (JsonException e)
        {
            return Refusal.BadEdit.Because(e.Message);
        }
        if (edit.TryRead(time.GetUtcNow().ToUnixTimeSeconds(), out var intervals) is { } fault)
            return Refusal.BadEdit.Because(fault);
        return queries.Point(id) is null ? ReadingApi.UnknownPoint(id) : await KeepAsync(profiles, store, id, edit, intervals, cancel);
    }

    private static async Task<IResult> KeepAsync(
        IProfileQueries profiles, IEditStore store, string id, EditRequest edit, List<EditedInterval> intervals, CancellationToken cancel)
    {
        if (intervals[^1].EndUtcSeconds - intervals[0].EndUtcSeconds > ApiLimits.RangeDaysMax * 86_400L)
            return Refusal.RangeTooLong.Because("Between the first and the last interval of the edit lies more.");
        var before = profiles.Profile(id, intervals[0].EndUtcSeconds - 1, intervals[^1].EndUtcSeconds, withEdits: false);
        if (intervals.Find(i => (i.EndUtcSeconds + ApiLimits.OffsetDefaultSeconds) % before.PeriodSeconds != 0) is { } astray)
            return Refusal.BadEdit.Because($"{TimeText.Utc(astray.EndUtcSeconds)} is no end of an interval: they are {before.PeriodSeconds} seconds long.");
        var known = before.Intervals.ToDictionary(i => i.EndUtcSeconds, i => i.Consumption);
        var receipt = await store.AppendEditAsync(
            new ProfileEdit(id, [.. intervals.Select(i => i with { Replaced = known.GetValueOrDefault(i.EndUtcSeconds) })], edit.Who!, edit.Why!), cancel);
        return TypedResults.Accepted($"/api/v1/points/{id}/edits", new EditKeptReply(receipt.Entry, intervals.Count));
    }
}
