using System.Text.Json.Nodes;
using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Tests.Configuration;

/// <summary>Tariffs of the configuration, and the verb that checks them.</summary>
public sealed class TariffSettingsTests : IDisposable
{
    private const string Right = "period,months,days,time\nday,1-12,all,07:00-23:00\nnight,1-12,all,23:00-07:00\n";
    private const string Wrong = "period,months,days,time\nday,1-12,all,07:00-22:00\nnight,1-12,never,23:00-07:00\nnight,13,all,25:00\n";

    private readonly ConfigurationFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public TariffSettingsTests()
    {
        foreach (string key in new[] { "points", "forwarders" })
            _folder.Root.Remove(key);
        File.WriteAllText(_folder.PathOf("right.csv"), Right);
        File.WriteAllText(_folder.PathOf("wrong.csv"), Wrong);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tariffs_are_read_with_their_zones_and_found_by_name()
    {
        Set("""[ { "name": "home", "file": "right.csv" }, { "name": "berlin", "file": "right.csv", "zone": "Europe/Berlin" } ]""");
        var tariffs = _folder.Load().Tariffs!;
        Assert.Equal([("berlin", "Europe/Berlin"), ("home", "+08:00")], tariffs.All.Select(t => (t.Name, t.Zone.Id)));
        Assert.Equal(["day", "night"], tariffs.Find("home")!.Calendar.Names);
        Assert.Null(tariffs.Find("nope"));
        Assert.Null(tariffs.Find(null));
        // 22:30 in China is 15:30 in Berlin.
        long end = DateTimeOffset.Parse("2026-03-10T23:30+08:00").ToUnixTimeSeconds();
        Assert.Equal(("night", "day"), (tariffs.Find("home")!.Calendar.NameAt(end), tariffs.Find("berlin")!.Calendar.NameAt(end)));
    }

    [Fact]
    public void The_only_tariff_needs_no_name_and_without_a_list_there_is_none()
    {
        Assert.Empty(_folder.Load().Tariffs!.All);
        Set("""[ { "name": "home", "file": "right.csv" } ]""");
        Assert.Equal("home", _folder.Load().Tariffs!.Find(null)!.Name);
        Assert.Null(TariffBook.Empty.Find(null));
    }

    [Theory]
    [InlineData("""[ { "name": "a", "file": "nope.csv" } ]""", "nope.csv does not exist")]
    [InlineData("""[ { "name": "a", "file": "wrong.csv" } ]""", "tariffs:0:file is refused with 2 faults")]
    [InlineData("""[ { "name": "a", "file": "wrong.csv" } ]""", "wrong.csv:3: days 'never' are none")]
    [InlineData("""[ { "name": "a", "file": "right.csv", "zone": "Mars/Olympus" } ]""", "tariffs:0:zone 'Mars/Olympus' is not known")]
    [InlineData("""[ { "name": "a", "file": "right.csv" }, { "name": "a", "file": "right.csv" } ]""", "tariffs:1:name 'a' is there twice")]
    [InlineData("""[ { "name": "a b", "file": "right.csv" } ]""", "tariffs:0:name 'a b' is no name")]
    [InlineData("""[ { "name": "a", "file": "right.csv", "carrier": "power" } ]""", "tariffs:0:carrier is not known here")]
    public void A_tariff_that_cannot_be_used_keeps_the_gateway_from_starting(string json, string error)
    {
        Set(json);
        Assert.Contains(_folder.Errors(), line => line.Contains(error, StringComparison.Ordinal));
    }

    [Fact]
    public void More_tariffs_than_the_limit_are_refused()
    {
        Set("[" + string.Join(',', Enumerable.Range(0, TariffBook.TariffsMax + 1).Select(i => $$"""{ "name": "t{{i}}", "file": "right.csv" }""")) + "]");
        Assert.Contains("tariffs:100:name is one of more than 100", Assert.Single(_folder.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_verb_names_the_tariff_periods_of_each_file()
    {
        Assert.Equal(0, Check("right.csv", "right.csv"));
        Assert.Equal($"tariffs check: {_folder.PathOf("right.csv")}: day, night", _output.ToString().Split(Environment.NewLine)[0]);
        Assert.Contains("tariffs check: no fault: 2 tariffs", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_errors.ToString());
    }

    [Fact]
    public void The_verb_tells_every_fault_with_its_line()
    {
        Assert.Equal(TariffsRun.ExitFaults, Check("right.csv", "wrong.csv"));
        string[] lines = _errors.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.StartsWith($"{_folder.PathOf("wrong.csv")}:3: days 'never' are none: write all, workdays", lines[0]);
        Assert.StartsWith($"{_folder.PathOf("wrong.csv")}:4: time '25:00' is none", lines[1]);
        Assert.Equal("tariffs check: 2 faults; 1 of 2 tariffs can be used", lines[2]);
        _errors.GetStringBuilder().Clear();
        Assert.Equal(GatewayHost.ExitNotStarted, Check("nope.csv"));
        Assert.Contains("nope.csv", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_minute_has_to_belong_to_a_tariff_period()
    {
        File.WriteAllText(_folder.PathOf("hole.csv"), Right.Replace("07:00-23:00", "07:00-22:00", StringComparison.Ordinal));
        Assert.Equal(TariffsRun.ExitFaults, Check("hole.csv"));
        Assert.Contains("22:00 to 23:00 on Monday in January and 95 other kinds of days belongs to no tariff period", _errors.ToString(), StringComparison.Ordinal);
    }

    private void Set(string json) => _folder.Root["tariffs"] = JsonNode.Parse(json);

    private int Check(params string[] names) => new TariffsRun(_output, _errors).Check([.. names.Select(n => _folder.PathOf(n))]);
}
