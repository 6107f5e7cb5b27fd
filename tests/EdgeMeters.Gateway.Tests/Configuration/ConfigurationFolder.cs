using System.Text.Json.Nodes;
using EdgeMeters.Gateway.Configuration;

namespace EdgeMeters.Gateway.Tests.Configuration;

/// <summary>A configuration that is right in everything, with its files, for a test to spoil.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public ConfigurationFolder()
    {
        foreach (string name in new[] { "ca.pem", "gateway.pem", "gateway.key" })
            File.WriteAllText(PathOf(name), "PEM");
        File.WriteAllText(PathOf("node-1.key"), string.Concat(Enumerable.Range(0, 32).Select(i => i.ToString("x2"))) + "\n");
        File.WriteAllText(PathOf("short.key"), "00112233");
        File.WriteAllText(PathOf("text.key"), new string('z', 64));
        File.WriteAllText(PathOf("password"), "secret\r\n");
        File.WriteAllText(PathOf("stations.csv"), "station,name,profile\n1,Shunyi 1,P1\n2,Shunyi 2,P4\n");
        File.WriteAllText(PathOf("twice.csv"), "station,profile\n1,P1\n1,P1\n");
        File.WriteAllText(PathOf("profile.csv"), "station,profile\n1,P9\n");
        File.WriteAllText(PathOf("short.csv"), "station,name,profile\n1,P1\n");
        Root = JsonNode.Parse("""
            {
              "dataFolder": "data",
              "mqtt": { "address": "0.0.0.0", "port": 8883, "tls": { "ca": "ca.pem", "certificate": "gateway.pem", "key": "gateway.key" } },
              "web": { "address": "127.0.0.1", "port": 8080 },
              "nodes": [ { "name": "node-1", "macKeyFile": "node-1.key" } ],
              "points": [
                { "id": "P2", "name": "幸福路 2 号", "carrier": "water", "meter": "W-2", "register": "8-0:1.0.0" },
                { "id": "P1", "carrier": "Power", "meter": "E-1", "register": "1-0:1.8.0" }
              ],
              "forwarders": [
                { "name": "utility", "type": "mqtt-json", "host": "broker.example", "user": "edge", "passwordFile": "password", "tls": {} },
                { "name": "plain", "type": "mqtt-json", "host": "10.0.0.1" },
                { "name": "files", "type": "csv-files", "folder": "csv" }
              ]
            }
            """)!.AsObject();
    }

    public JsonObject Root { get; }

    public string ConfigPath => PathOf("gateway.json");

    public string PathOf(string name) => _folder.PathOf(name);

    public GatewaySettings Load(bool allowPlain = false)
    {
        File.WriteAllText(ConfigPath, Root.ToJsonString());
        return SettingsLoader.Load(ConfigPath, allowPlain);
    }

    /// <summary>The lines of the refusal, one an error.</summary>
    public string[] Errors(bool allowPlain = false)
    {
        string message = Assert.Throws<StartException>(() => Load(allowPlain)).Message;
        string[] lines = message.Split('\n');
        Assert.Equal($"{ConfigPath} cannot be used:", lines[0]);
        return [.. lines[1..].Select(l => l.Trim())];
    }

    /// <summary>Sets or, with null, removes a key such as <c>nodes:0:name</c>.</summary>
    public void Set(string key, string? json)
    {
        string[] parts = key.Split(':');
        JsonNode at = Root;
        foreach (string part in parts[..^1])
            at = int.TryParse(part, out int index) ? at.AsArray()[index]! : at.AsObject()[part]!;
        if (at is JsonArray array)
            array[int.Parse(parts[^1])] = JsonNode.Parse(json!);
        else if (json == null)
            at.AsObject().Remove(parts[^1]);
        else
            at.AsObject()[parts[^1]] = JsonNode.Parse(json);
    }

    public void Dispose() => _folder.Dispose();
}
