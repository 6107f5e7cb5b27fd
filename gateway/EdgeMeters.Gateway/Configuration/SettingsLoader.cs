using System.Net;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>Loads gateway.json and the environment over it, and checks all of it before anything starts.</summary>
public static class SettingsLoader
{
    /// <summary>Environment variables begin so; <c>EDGEMETERS_mqtt__port=8884</c> sets <c>mqtt:port</c>.</summary>
    public const string EnvironmentPrefix = "EDGEMETERS_";

    private const int NodeKeyBytes = 32;

    private const int RetentionDaysMax = 36_500;

    /// <summary>Half as much again as a single row: five or so rows of a backlog go with each new one.</summary>
    private const int BurstPercentUsual = 150;

    /// <param name="path">The configuration file.</param>
    /// <param name="allowPlain">True only for the demo: without TLS, on loopback.</param>
    /// <exception cref="StartException">With every error found, a line each.</exception>
    public static GatewaySettings Load(string path, bool allowPlain)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new StartException($"{full} does not exist. Copy gateway.sample.json and fill it in, or name another file with --config.");
        var errors = new List<string>();
        try
        {
            var settings = Read(new SettingsReader(new SettingsTree(full, EnvironmentPrefix), "", Path.GetDirectoryName(full)!, errors), allowPlain);
            if (errors.Count == 0)
                return settings;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            errors.Add(e.GetBaseException().Message);
        }
        throw new StartException($"{full} cannot be used:\n  " + string.Join("\n  ", errors));
    }

    private static GatewaySettings Read(SettingsReader root, bool allowPlain)
    {
        string folder = root.FilePath("dataFolder", null, false, "name the folder where readings are kept, e.g. /var/lib/edgemeters");
        bool isClockTrusted = root.Word("clock", ["kernel", "trusted"], "kernel") == "trusted";
        var mqtt = ReadMqtt(root.Section("mqtt"), allowPlain);
        var web = ReadWeb(root.Section("web"));
        var nodes = ReadNodes(root);
        var points = root.Has("points") ? ReadPoints(root) : null;
        var forwarders = ForwarderSettingsReader.Read(root);
        var network = root.Has("network") ? ReadNetwork(root.Section("network")) : null;
        var rules = ValidationSettingsReader.Read(root);
        var tariffs = TariffSettingsReader.Read(root);
        var retention = root.Has("retention") ? ReadRetention(root.Section("retention")) : (TimeSpan?)null;
        root.RefuseUnknown();
        return new GatewaySettings(folder, isClockTrusted, mqtt, web, nodes, points, forwarders, rules, retention, network, tariffs);
    }

    private static TimeSpan ReadRetention(SettingsReader retention)
    {
        int days = retention.Number("days", null, Pruner.KeepDaysMin, RetentionDaysMax);
        retention.RefuseUnknown();
        return TimeSpan.FromDays(days);
    }

    private static MqttSettings ReadMqtt(SettingsReader mqtt, bool allowPlain)
    {
        string address = mqtt.Address("address", "0.0.0.0");
        int port = mqtt.Number("port", 8883, 1, 65535);
        TlsSettings? tls = null;
        if (!allowPlain || mqtt.Has("tls"))
            tls = ReadTls(mqtt.Section("tls"));
        else if (IPAddress.TryParse(address, out var ip) && !IPAddress.IsLoopback(ip))
            mqtt.Add("address", $"{address} is not loopback", "without certificates the gateway listens on 127.0.0.1 only");
        mqtt.RefuseUnknown();
        return new MqttSettings(address, port, tls);
    }

    private static TlsSettings ReadTls(SettingsReader tls)
    {
        var settings = new TlsSettings(
            tls.FilePath("ca", null, true, "name the PEM file of the authority that signed the nodes' certificates"),
            tls.FilePath("certificate", null, true, "name the PEM file of this end's certificate"),
            tls.FilePath("key", null, true, "name the PEM file of the certificate's private key"));
        tls.RefuseUnknown();
        return settings;
    }

    private static WebSettings ReadWeb(SettingsReader web)
    {
        string address = web.Address("address", "127.0.0.1");
        if (IPAddress.TryParse(address, out var ip) && !IPAddress.IsLoopback(ip))
            web.Add("address", $"{address} is not loopback", "the pages have no login: listen on 127.0.0.1 and let a proxy with a login serve them");
        int port = web.Number("port", 8080, 1, 65535);
        web.RefuseUnknown();
        return new WebSettings(address, port);
    }

    private static NetworkSettings ReadNetwork(SettingsReader network)
    {
        string path = network.FilePath("stations", null, true, "name the table of the base stations, hardware/network/stations.csv");
        int burst = network.Number("burstPercent", BurstPercentUsual, 0, Admission.GrowthPercentMax);
        if (burst is > 0 and < Admission.GrowthPercentMin)
            network.Add("burstPercent", $"{burst} leaves no room for a single row", $"set {Admission.GrowthPercentMin} to {Admission.GrowthPercentMax}, or 0 for no limit");
        network.RefuseUnknown();
        var stations = File.Exists(path) ? StationPlanReader.Read(path, (fault, remedy) => network.Add("stations", fault, remedy)) : [];
        return new NetworkSettings(stations, burst);
    }

    private static Dictionary<string, byte[]> ReadNodes(SettingsReader root)
    {
        var nodes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var node in root.List("nodes"))
        {
            string name = node.Name("name");
            string keyFile = node.FilePath("macKeyFile", null, true, "name the file with the node's key, 64 hexadecimal digits");
            node.RefuseUnknown();
            if (File.Exists(keyFile) && !nodes.TryAdd(name, ReadKey(node, keyFile)))
                node.Add("name", $"'{name}' is there twice", "one entry for each node");
        }
        return nodes;
    }

    private static byte[] ReadKey(SettingsReader node, string keyFile)
    {
        try
        {
            byte[] key = Convert.FromHexString(File.ReadAllText(keyFile).Trim());
            if (key.Length == NodeKeyBytes)
                return key;
        }
        catch (FormatException)
        {
            // Said below, as for a key of the wrong length.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            node.Add("macKeyFile", $"{keyFile} cannot be read", "let the gateway's user, and only it, read the file");
            return [];
        }
        node.Add("macKeyFile", $"{keyFile} holds no key", "write 64 hexadecimal digits, e.g. with: openssl rand -hex 32");
        return [];
    }

    private static List<MeteringPoint> ReadPoints(SettingsReader root)
    {
        var points = new List<MeteringPoint>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var pointsByMeter = new Dictionary<(string Meter, string Register), string>();
        foreach (var point in root.List("points"))
        {
            string id = point.Name("id");
            string name = point.Text("name", id, "say what people call the place");
            string carrierText = point.Text("carrier", null, "set water, power, gas or heat");
            var carrier = Enum.GetValues<Carrier>().FirstOrDefault(c => string.Equals(c.ToString(), carrierText, StringComparison.OrdinalIgnoreCase));
            if (carrier == 0 && carrierText.Length > 0)
                point.Add("carrier", $"'{carrierText}' is not known", "set water, power, gas or heat");
            string meter = point.Text("meter", null, "name the meter by the serial number on its nameplate");
            string register = point.Text("register", null, "set the register's OBIS code, e.g. 1-0:1.8.0");
            if (meter.Length > Limits.MeterSerialCharsMax || meter.Any(c => c is < '!' or > '~'))
                point.Add("meter", $"'{meter}' is no serial number", $"write 1 to {Limits.MeterSerialCharsMax} ASCII characters without spaces, as the node's configuration does");
            if (register.Length > 0 && !ObisCode.TryParse(register, new byte[ObisCode.Bytes], 0))
                point.Add("register", $"'{register}' is no OBIS code", "write it like 1-0:1.8.0");
            point.RefuseUnknown();
            if (!ids.Add(id))
                point.Add("id", $"'{id}' is there twice", "every metering point has its own id");
            if (!pointsByMeter.TryAdd((meter, register), id))
                point.Add("meter", $"{meter} {register} serves {pointsByMeter[(meter, register)]} already", "a meter's register serves one metering point");
            points.Add(new MeteringPoint(id, name, carrier, meter, register));
        }
        return [.. points.OrderBy(p => p.Id, StringComparer.Ordinal)];
    }
}
