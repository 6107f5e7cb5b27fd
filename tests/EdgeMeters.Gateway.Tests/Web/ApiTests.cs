using System.Net;
using System.Text.Json;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

public sealed class ApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Points_come_in_the_order_of_their_ids_with_their_latest_interval()
    {
        var reply = await GetAsync("/api/v1/points");

        Assert.Equal(4, reply.GetProperty("total").GetInt32());
        Assert.Equal([Street.Power, Street.Water, Street.Gas, Street.NeverRead], Ids(reply));
        var power = reply.GetProperty("points")[0];
        Assert.Equal("power", power.GetProperty("carrier").GetString());
        Assert.Equal("Wh", power.GetProperty("unit").GetString());
        Assert.Equal(900, power.GetProperty("periodSeconds").GetInt32());
        Assert.Equal(Street.End, power.GetProperty("last").GetProperty("endUtc").GetDateTimeOffset());
        Assert.Equal(250, power.GetProperty("last").GetProperty("consumption").GetInt64());
        Assert.Equal(JsonValueKind.Null, reply.GetProperty("points")[3].GetProperty("last").ValueKind);
        Assert.Equal(JsonValueKind.Null, reply.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Points_page_by_page_are_all_points_once()
    {
        var ids = new List<string?>();
        for (string? address = "/api/v1/points?limit=3"; address is not null && ids.Count < 10;)
        {
            var reply = await GetAsync(address);
            ids.AddRange(Ids(reply));
            address = reply.GetProperty("next").GetString();
        }
        Assert.Equal([Street.Power, Street.Water, Street.Gas, Street.NeverRead], ids);
    }

    [Fact]
    public async Task One_point_is_the_one_of_the_list()
    {
        var one = await GetAsync($"/api/v1/points/{Street.Water}");
        var all = await GetAsync("/api/v1/points");
        Assert.Equal(all.GetProperty("points")[1].GetRawText(), one.GetRawText());
    }

    [Fact]
    public async Task Intervals_without_a_range_are_those_of_the_last_24_hours()
    {
        var reply = await GetAsync($"/api/v1/points/{Street.Power}/intervals");

        var intervals = reply.GetProperty("intervals");
        // From 00:05 the day before to 00:05: 00:15 is the first end, 00:00 the last.
        Assert.Equal(96, intervals.GetArrayLength());
        Assert.Equal(Street.End.AddMinutes(5), reply.GetProperty("toUtc").GetDateTimeOffset());
        Assert.Equal(Street.End, intervals[95].GetProperty("endUtc").GetDateTimeOffset());
        Assert.Equal("node-07/00000001/287/0", intervals[95].GetProperty("reading").GetString());
        Assert.Equal("suspect", Assert.Single(intervals[90].GetProperty("quality").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData("2026-02-28T22:00:00Z", "2026-02-28T23:00:00Z")]
    [InlineData("2026-03-01T06:00:00%2B08:00", "2026-03-01T07:00:00%2B08:00")]
    [InlineData("2026-03-01T06:00:00+08:00", "2026-03-01T07:00:00+08:00")] // an unencoded + arrives as a blank
    [InlineData("2026-03-01T06:00%2B08:00", "2026-02-28T23:00:00.000Z")]
    public async Task A_range_begins_after_its_first_instant_and_ends_with_its_last(string from, string to)
    {
        var reply = await GetAsync($"/api/v1/points/{Street.Power}/intervals?from={from}&to={to}");

        var ends = reply.GetProperty("intervals").EnumerateArray().Select(interval => interval.GetProperty("endUtc").GetDateTimeOffset());
        var first = new DateTimeOffset(2026, 2, 28, 22, 15, 0, TimeSpan.Zero);
        Assert.Equal([first, first.AddMinutes(15), first.AddMinutes(30), first.AddMinutes(45)], ends);
    }

    [Fact]
    public async Task A_missing_interval_states_no_register_and_the_gap_states_what_it_covers()
    {
        var reply = await GetAsync($"/api/v1/points/{Street.Water}/intervals?from=2026-02-28T22:30:00Z&to=2026-02-28T23:15:00Z");

        var intervals = reply.GetProperty("intervals");
        Assert.Equal(3, intervals.GetArrayLength());
        Assert.Equal(JsonValueKind.Null, intervals[0].GetProperty("registerValue").ValueKind);
        Assert.Equal(JsonValueKind.Null, intervals[0].GetProperty("consumption").ValueKind);
        Assert.Equal("missing", intervals[1].GetProperty("quality")[0].GetString());
        Assert.Equal("gap", intervals[2].GetProperty("quality")[0].GetString());
        Assert.Equal(2700, intervals[2].GetProperty("seconds").GetInt64());
        Assert.Equal(120, intervals[2].GetProperty("consumption").GetInt64());
    }

    [Fact]
    public async Task Intervals_over_the_bound_of_a_reply_go_on_at_its_next_address_and_none_is_lost_or_doubled()
    {
        const int Count = ApiLimits.IntervalsMax + 10;
        var queries = new MemoryQueries();
        uint end = (uint)Street.End.ToUnixTimeSeconds();
        queries.Add(new MeteringPoint("P", "fast", Carrier.Power, "1", "1-0:1.8.0"), Unit.Wh, 1, Enumerable.Range(0, Count)
            .Select(at => new IntervalReading(new ReadingId("n", 1, (uint)at, 0), end - (uint)(Count - 1 - at), 1, at, 1, IntervalQuality.Valid)));
        await using var web = await WebUnderTest.StartAsync(queries, new FakeTimeProvider(Street.End));

        var registers = new HashSet<long>();
        int replies = 0;
        for (string? address = "/api/v1/points/P/intervals"; address is not null; replies++)
        {
            Assert.True(replies < 3, "the reply's next address leads in a circle");
            var reply = JsonDocument.Parse(await web.Client.GetStringAsync(address)).RootElement;
            Assert.All(reply.GetProperty("intervals").EnumerateArray(), interval => Assert.True(registers.Add(interval.GetProperty("registerValue").GetInt64())));
            address = reply.GetProperty("next").GetString();
        }
        Assert.Equal(2, replies);
        Assert.Equal(Count, registers.Count);
    }

    [Theory]
    [InlineData("", 86_400, 28_800)]
    [InlineData("period=hour", 3600, 28_800)]
    [InlineData("period=day&offset=%2B05:30", 86_400, 19_800)]
    [InlineData("period=hour&offset=-03:30", 3600, -12_600)]
    [InlineData("period=day&offset=Z", 86_400, 0)]
    public async Task Consumption_sums_whole_periods_cut_at_the_offset(string query, int periodSeconds, int offsetSeconds)
    {
        var reply = await GetAsync($"/api/v1/points/{Street.Power}/consumption?{query}");

        Assert.Equal(offsetSeconds, reply.GetProperty("offsetSeconds").GetInt32());
        var periods = reply.GetProperty("periods").EnumerateArray().ToList();
        Assert.NotEmpty(periods);
        Assert.All(periods, period =>
        {
            long end = period.GetProperty("endUtc").GetDateTimeOffset().ToUnixTimeSeconds();
            Assert.Equal(0, (end + offsetSeconds) % periodSeconds);
            Assert.Equal(periodSeconds, period.GetProperty("seconds").GetInt32());
        });
        var whole = periods.First(period => period.GetProperty("coveredSeconds").GetInt32() == periodSeconds);
        Assert.Equal(250 * periodSeconds / 900, whole.GetProperty("consumption").GetInt64());
    }

    [Fact]
    public async Task Events_are_the_newest_first_and_no_more_than_the_limit()
    {
        var all = await GetAsync("/api/v1/events");
        var one = await GetAsync("/api/v1/events?limit=1");

        Assert.Equal(["meter-silent", "started"], all.EnumerateArray().Select(told => told.GetProperty("code").GetString()));
        Assert.Equal(all[0].GetRawText(), Assert.Single(one.EnumerateArray()).GetRawText());
    }

    [Fact]
    public async Task Status_tells_what_is_held_and_how_far_each_forwarder_has_come()
    {
        var reply = await GetAsync("/api/v1/status");

        Assert.Equal(7, reply.GetProperty("blocks").GetInt64());
        Assert.Equal(3 * 288, reply.GetProperty("readings").GetInt64());
        var stuck = reply.GetProperty("forwarders")[1];
        Assert.Equal("mqtt-headend", stuck.GetProperty("name").GetString());
        Assert.Equal(14, stuck.GetProperty("rejected").GetInt64());
        Assert.Equal("Connection refused; trying again in 30 s", stuck.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Unassigned_meters_are_named_with_the_readings_that_wait()
    {
        var meter = Assert.Single((await GetAsync("/api/v1/unassigned-meters")).EnumerateArray());
        Assert.Equal("000077777777", meter.GetProperty("meterSerial").GetString());
        Assert.Equal(512, meter.GetProperty("readings").GetInt64());
    }

    [Fact]
    public async Task A_long_reply_is_compressed_for_a_client_that_asks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/points/{Street.Power}/intervals");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var answer = await api.Client.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
    }

    private static IEnumerable<string?> Ids(JsonElement reply) =>
        reply.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("id").GetString());

    private async Task<JsonElement> GetAsync(string address)
    {
        using var answer = await api.Client.GetAsync(address);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address} answered {answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }
}
