using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Downlink;

namespace EdgeMeters.Gateway.Tests.Configuration;

public sealed class SettingsLoaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    [Fact]
    public void A_good_file_is_read_whole_with_paths_beside_it()
    {
        var settings = _folder.Load();
        Assert.Equal(_folder.PathOf("data"), settings.DataFolder);
        Assert.Equal(new MqttSettings("0.0.0.0", 8883, new TlsSettings(_folder.PathOf("ca.pem"), _folder.PathOf("gateway.pem"), _folder.PathOf("gateway.key"))), settings.Mqtt);
        Assert.Equal(new WebSettings("127.0.0.1", 8080), settings.Web);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)i), Assert.Single(settings.NodeKeys).Value);
        Assert.Equal(
            [new MeteringPoint("P1", "P1", Carrier.Power, "E-1", "1-0:1.8.0"), new MeteringPoint("P2", "幸福路 2 号", Carrier.Water, "W-2", "8-0:1.0.0")], settings.Points);
        var (utility, plain) = (settings.Forwarders.MqttJson[0], settings.Forwarders.MqttJson[1]);
        Assert.Equal(("utility", "broker.example", (int?)8883, "edge", "secret"), (utility.Name, utility.Host, utility.Port, utility.User, utility.Password));
        Assert.True(utility.UseTls, "an empty section tls asks for TLS with the authorities of the system");
        Assert.Equal(("plain", (int?)1883, false), (plain.Name, plain.Port, plain.UseTls));
        Assert.Equal((_folder.PathOf("csv"), 28_800), (settings.Forwarders.CsvFiles[0].Directory, settings.Forwarders.CsvFiles[0].OffsetSeconds));
    }

    [Fact]
    public void The_stations_of_the_network_plan_are_read_with_what_their_links_carry()
    {
        Assert.Null(_folder.Load().Network);
        _folder.Set("network", "{ \"stations\": \"stations.csv\" }");
        var network = _folder.Load().Network!;
        Assert.Equal([new Station(1, "P1", 150_000), new Station(2, "P4", 750_000)], network.Stations);
        Assert.Equal(150, network.BurstPercent);
    }

    [Fact]
    public void Limits_and_switches_of_the_checks_are_set_by_carrier_and_class_and_the_rest_is_as_usual()
    {
        _folder.Set("validation", """
            [
                { "carrier": "power", "class": "household", "ratePerHourMax": 5000, "off": "spike, momentary" },
                { "carrier": "water", "frozenHours": 48 }
            ]
            """);
        var rules = _folder.Load().Rules;
        var usual = ValidationRules.Of(Carrier.Power, PointClass.Household);
        Assert.Equal(usual with { RateMaxPerHour = 5000, Off = Findings.Spike | Findings.Momentary }, rules.Of(Carrier.Power, PointClass.Household));
        Assert.Equal(ValidationRules.Of(Carrier.Power, PointClass.Firm), rules.Of(Carrier.Power, PointClass.Firm));
        Assert.Equal(48 * 3600, rules.Of(Carrier.Water, PointClass.Farm).FrozenSeconds);
    }

    [Theory]
    [InlineData("""[{ "carrier": "steam" }]""", "validation:0:carrier", "is not known")]
    [InlineData("""[{ "carrier": "power", "class": "castle" }]""", "validation:0:class", "is not known")]
    [InlineData("""[{ "carrier": "power", "class": "farm" }, { "carrier": "power" }]""", "validation:1:class", "is there twice")]
    [InlineData("""[{ "carrier": "power", "class": "farm", "off": "everything" }]""", "validation:0:off", "is no check")]
    [InlineData("""[{ "carrier": "power", "class": "farm", "frozenHours": 169 }]""", "validation:0:frozenHours", "from 0 to 168")]
    [InlineData("""[{ "carrier": "power", "class": "farm", "rate": 1 }]""", "validation:0:rate", "is not known here")]
    public void A_fault_in_the_limits_is_named(string validation, string key, string fault)
    {
        _folder.Set("validation", validation);
        var error = Assert.Throws<StartException>(() => _folder.Load());
        Assert.Contains($"{key} ", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_a_usual_setting_may_be_left_out()
    {
        foreach (string key in new[] { "web", "points", "forwarders", "mqtt:address", "mqtt:port" })
            _folder.Set(key, null);
        var settings = _folder.Load();
        Assert.Equal(("0.0.0.0", 8883), (settings.Mqtt.Address, settings.Mqtt.Port));
        Assert.Equal(new WebSettings("127.0.0.1", 8080), settings.Web);
        Assert.Null(settings.Points);
        Assert.Null(settings.Retention);
    }

    [Theory]
    [InlineData("dataFolder", null, "dataFolder", "is missing")]
    [InlineData("dataFolder", "\" \"", "dataFolder", "is missing")]
    [InlineData("dataFolde", "\"x\"", "dataFolde", "is not known here")]
    [InlineData("clock", "\"gps\"", "clock", "set kernel or trusted")]
    [InlineData("clock", "\"Trusted\"", "clock", "set kernel or trusted")]
    [InlineData("mqtt", "7", "mqtt", "is no section")]
    [InlineData("mqtt:address", "\"gateway.local\"", "mqtt:address", "is no IP address")]
    [InlineData("mqtt:port", "0", "mqtt:port", "from 1 to 65535")]
    [InlineData("mqtt:port", "65536", "mqtt:port", "from 1 to 65535")]
    [InlineData("mqtt:port", "\"eighty\"", "mqtt:port", "from 1 to 65535")]
    [InlineData("mqtt:ports", "1", "mqtt:ports", "is not known here")]
    [InlineData("mqtt:tls", null, "mqtt:tls:ca", "is missing")]
    [InlineData("mqtt:tls:ca", "\"none.pem\"", "mqtt:tls:ca", "none.pem does not exist")]
    [InlineData("mqtt:tls:certificate", null, "mqtt:tls:certificate", "is missing")]
    [InlineData("mqtt:tls:key", "\"none.key\"", "mqtt:tls:key", "does not exist")]
    [InlineData("mqtt:tls:password", "\"x\"", "mqtt:tls:password", "is not known here")]
    [InlineData("web:address", "\"0.0.0.0\"", "web:address", "is not loopback")]
    [InlineData("web:address", "\"192.168.1.5\"", "web:address", "is not loopback")]
    [InlineData("web:port", "-1", "web:port", "from 1 to 65535")]
    [InlineData("network", "{ }", "network:stations", "is missing")]
    [InlineData("network", "{ \"stations\": \"none.csv\" }", "network:stations", "does not exist")]
    [InlineData("network", "{ \"stations\": \"password\" }", "network:stations", "names no columns station and profile")]
    [InlineData("network", "{ \"stations\": \"twice.csv\" }", "network:stations", "line 3, is no station")]
    [InlineData("network", "{ \"stations\": \"profile.csv\" }", "network:stations", "line 2, is no station")]
    [InlineData("network", "{ \"stations\": \"short.csv\" }", "network:stations", "line 2, is no station")]
    [InlineData("network", "{ \"stations\": \"stations.csv\", \"burstPercent\": 99 }", "network:burstPercent", "leaves no room for a single row")]
    [InlineData("network", "{ \"stations\": \"stations.csv\", \"burstPercent\": 10001 }", "network:burstPercent", "from 0 to 10000")]
    [InlineData("network", "{ \"stations\": \"stations.csv\", \"slots\": 1 }", "network:slots", "is not known here")]
    [InlineData("retention", "{ }", "retention:days", "is missing")]
    [InlineData("retention", "{ \"days\": 183 }", "retention:days", "from 184 to 36500")]
    [InlineData("retention", "{ \"days\": 400, \"months\": 6 }", "retention:months", "is not known here")]
    [InlineData("nodes", "\"node-1\"", "nodes", "is no list")]
    [InlineData("nodes:0", "{ \"name\": \"node-1\" }", "nodes:0:macKeyFile", "is missing")]
    [InlineData("nodes:0:name", null, "nodes:0:name", "is missing")]
    [InlineData("nodes:0:name", "\"node/1\"", "nodes:0:name", "is no name")]
    [InlineData("nodes:0:name", "\"-node\"", "nodes:0:name", "is no name")]
    [InlineData("nodes:0:name", "\"nöde\"", "nodes:0:name", "is no name")]
    [InlineData("nodes:0:name", "\"n123456789012345678901234567890123456789012\"", "nodes:0:name", "is no name")]
    [InlineData("nodes:0:macKeyFile", "\"none.key\"", "nodes:0:macKeyFile", "none.key does not exist")]
    [InlineData("nodes:0:macKeyFile", "\"short.key\"", "nodes:0:macKeyFile", "holds no key")]
    [InlineData("nodes:0:macKeyFile", "\"text.key\"", "nodes:0:macKeyFile", "openssl rand -hex 32")]
    [InlineData("points:0:id", null, "points:0:id", "is missing")]
    [InlineData("points:0:id", "\"../x\"", "points:0:id", "is no name")]
    [InlineData("points:0:id", "\"P1\"", "points:1:id", "is there twice")]
    [InlineData("points:0:carrier", null, "points:0:carrier", "is missing")]
    [InlineData("points:0:carrier", "\"steam\"", "points:0:carrier", "water, power, gas or heat")]
    [InlineData("points:0:carrier", "\"1\"", "points:0:carrier", "water, power, gas or heat")]
    [InlineData("points:0:carrier", "\"water,power\"", "points:0:carrier", "water, power, gas or heat")]
    [InlineData("points:0:meter", null, "points:0:meter", "is missing")]
    [InlineData("points:0:meter", "\"W 2\"", "points:0:meter", "is no serial number")]
    [InlineData("points:0:meter", "\"123456789012345678901\"", "points:0:meter", "is no serial number")]
    [InlineData("points:0:register", null, "points:0:register", "is missing")]
    [InlineData("points:0:register", "\"1.8.0\"", "points:0:register", "is no OBIS code")]
    [InlineData("points:1", "{ \"id\": \"P3\", \"carrier\": \"water\", \"meter\": \"W-2\", \"register\": \"8-0:1.0.0\" }", "points:1:meter", "serves P2 already")]
    [InlineData("points:1:unit", "\"Wh\"", "points:1:unit", "is not known here")]
    [InlineData("forwarders:0:name", null, "forwarders:0:name", "is missing")]
    [InlineData("forwarders:0:name", "\"files\"", "forwarders:2:name", "is there twice")]
    [InlineData("forwarders:0:type", null, "forwarders:0:type", "is missing")]
    [InlineData("forwarders:0:type", "\"smtp\"", "forwarders:0:type", "set mqtt-json or csv-files")]
    [InlineData("forwarders:0:host", null, "forwarders:0:host", "is missing")]
    [InlineData("forwarders:0:port", "99999", "forwarders:0:port", "from 1 to 65535")]
    [InlineData("forwarders:0:topicPrefix", "\"a/#\"", "forwarders:0:topicPrefix", "must not hold")]
    [InlineData("forwarders:0:passwordFile", "\"none\"", "forwarders:0:passwordFile", "does not exist")]
    [InlineData("forwarders:0:user", null, "forwarders:0:password", "needs User")]
    [InlineData("forwarders:0:acceptsWithoutSubscriber", "\"perhaps\"", "forwarders:0:acceptsWithoutSubscriber", "neither true nor false")]
    [InlineData("forwarders:0:tls:ca", "\"none.pem\"", "forwarders:0:tls:ca", "does not exist")]
    [InlineData("forwarders:0:tls:key", "\"gateway.key\"", "forwarders:0:clientKeyFile", "needs ClientCertificateFile")]
    [InlineData("forwarders:2:tls", "{}", "forwarders:2:tls", "is not known here")]
    [InlineData("forwarders:2:folder", null, "forwarders:2:folder", "is missing")]
    [InlineData("forwarders:2:offsetSeconds", "60000", "forwarders:2:offsetSeconds", "from -43200 to 50400")]
    public void A_wrong_key_is_named_with_its_fault(string key, string? json, string named, string fault)
    {
        _folder.Set(key, json);
        Assert.Contains(_folder.Errors(), line => line.StartsWith(named + " ", StringComparison.Ordinal) && line.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("\"kernel\"", false)]
    [InlineData("\"trusted\"", true)]
    public void The_machines_clock_is_trusted_only_when_that_is_said(string? json, bool isTrusted)
    {
        if (json != null)
            _folder.Set("clock", json);
        Assert.Equal(isTrusted, _folder.Load().IsClockTrusted);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        _folder.Set("dataFolder", null);
        _folder.Set("mqtt:port", "0");
        _folder.Set("web:address", "\"0.0.0.0\"");
        _folder.Set("nodes:0:macKeyFile", "\"short.key\"");
        _folder.Set("points:0:carrier", "\"steam\"");
        _folder.Set("forwarders:0:type", "\"smtp\"");
        _folder.Set("logging", "{ \"level\": \"debug\" }");
        string[] errors = _folder.Errors();
        foreach (string key in new[] { "dataFolder", "mqtt:port", "web:address", "nodes:0:macKeyFile", "points:0:carrier", "forwarders:0:type", "logging" })
            Assert.Single(errors, line => line.StartsWith(key + " ", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_certificates_it_runs_as_a_demo_on_loopback_only()
    {
        _folder.Set("mqtt:tls", null);
        Assert.Contains(_folder.Errors(allowPlain: true), line => line.StartsWith("mqtt:address 0.0.0.0 is not loopback", StringComparison.Ordinal));
        _folder.Set("mqtt:address", "\"127.0.0.1\"");
        Assert.Null(_folder.Load(allowPlain: true).Mqtt.Tls);
        Assert.Equal(3, _folder.Errors().Count(line => line.StartsWith("mqtt:tls:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_JSON_is_named()
    {
        string path = _folder.PathOf("none.json");
        Assert.Contains(path, Assert.Throws<StartException>(() => SettingsLoader.Load(path, false)).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.ConfigPath, "{\n  \"dataFolder\": \"x\",\n  \"mqtt\" { }\n}");
        string message = Assert.Throws<StartException>(() => SettingsLoader.Load(_folder.ConfigPath, false)).Message;
        Assert.Contains(_folder.ConfigPath, message, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 2", message, StringComparison.Ordinal);
        File.WriteAllText(_folder.ConfigPath, "{ \"dataFolder\": \"x\", \"dataFolder\": \"y\" }");
        Assert.Contains("dataFolder", Assert.Throws<StartException>(() => SettingsLoader.Load(_folder.ConfigPath, false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_may_stand_in_the_file()
    {
        string path = _folder.PathOf("commented.json");
        File.WriteAllText(path, "{ // the line\n" + _folder.Root.ToJsonString()[1..]);
        Assert.Equal(8883, SettingsLoader.Load(path, false).Mqtt.Port);
    }

    [Fact]
    public void A_thousand_points_of_a_station_load_quickly_enough_to_be_checked_at_every_start()
    {
        for (int i = 0; i < 1_250; i++)
            _folder.Root["points"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse(
                $$"""{ "id": "S{{i}}", "carrier": "gas", "meter": "G{{i}}", "register": "7-0:3.0.0" }"""));
        Assert.Equal(1_252, _folder.Load().Points!.Count);
    }

    public void Dispose() => _folder.Dispose();
}
