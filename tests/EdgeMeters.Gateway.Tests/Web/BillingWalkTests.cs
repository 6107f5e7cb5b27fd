using System.Text.Json;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Tests.Audit;
using EdgeMeters.Gateway.Tests.Store;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>The walk through a disputed month in gateway/README.md: every line of output that stands there is what the gateway says.</summary>
public sealed class BillingWalkTests(ITestOutputHelper output) : IDisposable
{
    private const string Point = "BJ-0001-P";
    private const string Month = "from=2026-10-01T00:00%2B08:00&to=2026-11-01T00:00%2B08:00";
    private const string Night = "from=2026-10-07T01:45%2B08:00&to=2026-10-07T04:15%2B08:00";

    private static readonly uint Exchanged = Utc("2026-10-15T10:07:30+08:00");
    private static readonly uint Begin = Utc("2026-09-14T00:00:00+08:00");
    private static readonly uint End = Utc("2026-11-01T00:00:00+08:00");

    private readonly CustodyUnderTest _custody = new("node-01");
    private readonly NodeUnderTest _old = CustodyUnderTest.NodeWith("node-01", "22001234");
    private readonly NodeUnderTest _new = CustodyUnderTest.NodeWith("node-01", "22009876");
    private readonly List<string> _said = [];

    public void Dispose() => _custody.Dispose();

    [Fact]
    public async Task The_walk_through_a_disputed_month_in_the_documentation_is_what_the_gateway_says()
    {
        await FillAsync();
        await using var web = await WebUnderTest.StartAsync(_custody.Store, new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(End + 8 * 3600)));
        await TotalAsync(web);
        await CsvAsync(web, $"profile?format=csv&{Month}", line => !line.EndsWith("measured,,2.0.0", StringComparison.Ordinal));
        await CsvAsync(web, $"intervals?format=csv&{Night}", _ => true);
        await LateAsync(web);
        await CsvAsync(web, $"profile?format=csv&{Month}", line => !line.EndsWith("measured,,2.0.0", StringComparison.Ordinal));
        await EditAsync(web);
        await TotalAsync(web);
        Assert.Equal(0, _custody.Verify());
        _said.AddRange(_custody.Output.TrimEnd().Split('\n').Select(line => line.TrimEnd()));
        output.WriteLine(string.Join('\n', _said));
        string[] documented = [.. File.ReadAllLines(Repository.PathOf("gateway", "README.md")).Select(line => line.TrimEnd())];
        // The head is of the compressed registry as well, which another library of compression writes otherwise.
        Assert.All(_said.Where(line => !line.StartsWith("verify: head ", StringComparison.Ordinal)), line => Assert.Contains(line, documented));
        Assert.Contains(documented, line => line.StartsWith("verify: head 55:", StringComparison.Ordinal));
    }

    private static uint Utc(string time) => (uint)DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    // A flat that cooks in the evening, a little differently each day.
    private static long UsedUntil(uint end)
    {
        long used = 0;
        for (uint at = Begin; at < end; at += 900)
        {
            long local = (at + 28_800) % 86_400 / 3600;
            used += (local is >= 18 and < 22 ? 300 : 60) + (at - Begin) / 86_400 % 5;
        }
        return used;
    }

    private async Task FillAsync()
    {
        var store = _custody.Store;
        Service[] services =
        [
            new(Point, "22001234", "1-0:1.8.0", "node-01", 0, 0, Exchanged, null, null, Service.One, 0),
            new(Point, "22009876", "1-0:1.8.0", "node-01", 0, Exchanged, Service.OpenEnd, 350, null, Service.One, 0),
        ];
        var registers = services.Select(s => MeterRegister.OfDigits(s.Meter, s.Register, DialUnit.Find("kWh")!, 6, 2));
        var registry = new PointRegistry(
            [new RegisteredPoint(Point, "1 Example Street, flat 1", Carrier.Power, PointKind.Billing, "grid", "", "", PointClass.Household)], [.. registers], services);
        await store.Log.AppendRegistryAsync(RegistryDocument.Of(registry), CancellationToken.None);
        await store.AppendAsync([_old.Layout(), _new.Layout()]);
        for (uint day = Begin; day < End; day += 86_400)
        {
            store.Time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(day + 86_405));
            // The node had no power from two to four in the night of the 7th of October, and sends what it kept days later.
            if (day == Utc("2026-10-07T00:00:00+08:00"))
                await store.AppendAsync([Rows(day, 1, 8), Rows(day, 16, 96)]);
            else if (day == Utc("2026-10-15T00:00:00+08:00"))
                await store.AppendAsync([Rows(day, 1, 40), Rows(day, 41, 96)]);
            else
                await store.AppendAsync(Rows(day, 1, 96));
        }
        await store.ProjectedAsync();
    }

    private IncomingBlock Rows(uint day, uint first, uint last)
    {
        uint sequence = (day - Begin) / 900 + first;
        uint end = day + first * 900;
        bool isOld = end <= Exchanged;
        long before = isOld ? 48_000_000 : 350 - UsedUntil(Exchanged);
        return (isOld ? _old : _new).Block(NodeUnderTest.QuarterHours(sequence, end,
            [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (long?)(before + UsedUntil(end + (uint)i * 900)))]));
    }

    private async Task TotalAsync(WebUnderTest web)
    {
        var reply = JsonDocument.Parse(await web.Client.GetStringAsync($"/api/v1/points/{Point}/totals?period=month&{Month}")).RootElement;
        _said.Add(reply.GetProperty("totals")[0].GetRawText());
    }

    private async Task CsvAsync(WebUnderTest web, string address, Func<string, bool> isShown) =>
        _said.AddRange((await web.Client.GetStringAsync($"/api/v1/points/{Point}/{address}")).TrimEnd().Split("\r\n").Where(isShown));

    private async Task LateAsync(WebUnderTest web)
    {
        var store = _custody.Store;
        long known = store.Log.LastEntry;
        await store.AppendAsync(Rows(Utc("2026-10-07T00:00:00+08:00"), 9, 15));
        await store.ProjectedAsync();
        var reply = JsonDocument.Parse(await web.Client.GetStringAsync($"/api/v1/corrections?since={known}")).RootElement;
        _said.Add(Assert.Single(reply.GetProperty("corrections").EnumerateArray()).GetRawText());
    }

    private async Task EditAsync(WebUnderTest web)
    {
        var said = new StringWriter();
        var request = new EditRequest("Li Lei", "protocol 17, photo of the dial: 48213.77 kWh", [new EditedIntervalRequest("2026-10-15T10:15:00+08:00", 63)]);
        Assert.Equal(0, await new EditRun(web.Client, Point, said, said).RunAsync(request, CancellationToken.None));
        _said.Add(said.ToString().TrimEnd());
        await _custody.Store.ProjectedAsync();
        var edits = JsonDocument.Parse(await web.Client.GetStringAsync($"/api/v1/points/{Point}/edits?{Month}")).RootElement;
        _said.Add(Assert.Single(edits.EnumerateArray()).GetRawText());
    }
}
