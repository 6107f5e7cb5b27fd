using System.Globalization;
using System.Net;
using CsvHelper;

namespace EdgeMeters.Gateway.Tests.Web;

public sealed class CsvTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Address = $"/api/v1/points/{Street.Water}/intervals?from=2026-02-28T22:30:00Z&to=2026-02-28T23:30:00Z";

    private const string Expected =
        "point,register,end_utc,register_value,consumption,unit,quality\r\n"
        + "DY-0002,8-0:1.0.0,2026-02-28T22:45:00Z,,,L,missing\r\n"
        + "DY-0002,8-0:1.0.0,2026-02-28T23:00:00Z,,,L,missing\r\n"
        + "DY-0002,8-0:1.0.0,2026-02-28T23:15:00Z,1011360,120,L,gap\r\n"
        + "DY-0002,8-0:1.0.0,2026-02-28T23:30:00Z,1011400,40,L,valid\r\n";

    [Theory]
    [InlineData("&format=csv", null)]
    [InlineData("&format=csv", "application/json")]
    [InlineData("", "text/csv")]
    [InlineData("", "application/json;q=0.5, text/csv")]
    [InlineData("", "text/*, application/json;q=0.1")]
    public async Task Intervals_are_csv_by_the_parameter_or_by_the_accept_header(string query, string? accept)
    {
        using var answer = await GetAsync(Address + query, accept);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("utf-8", answer.Content.Headers.ContentType?.CharSet);
        Assert.Equal("DY-0002_20260228T223000Z_20260228T233000Z.csv", answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal(Expected, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("", "application/json, text/csv;q=0.9")]
    [InlineData("", "*/*")]
    [InlineData("", null)]
    [InlineData("&format=json", "text/csv")]
    public async Task Otherwise_they_are_json(string query, string? accept)
    {
        using var answer = await GetAsync(Address + query, accept);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Every_row_of_three_days_reads_back()
    {
        using var answer = await GetAsync($"/api/v1/points/{Street.Power}/intervals?from=2026-02-20T00:00:00Z&format=csv", null);
        using var reader = new CsvReader(new StringReader(await answer.Content.ReadAsStringAsync()), CultureInfo.InvariantCulture);

        Assert.True(reader.Read() && reader.ReadHeader());
        var registers = new List<long>();
        while (reader.Read())
            registers.Add(reader.GetField<long>("register_value"));
        Assert.Equal(288, registers.Count);
        Assert.Equal(registers.Order(), registers);
        Assert.Equal(1_000_000 + 287 * 250, registers[^1]);
    }

    private Task<HttpResponseMessage> GetAsync(string address, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return api.Client.SendAsync(request);
    }
}
