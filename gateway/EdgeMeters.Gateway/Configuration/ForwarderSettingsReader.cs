using EdgeMeters.Gateway.Forward.CsvFiles;
using EdgeMeters.Gateway.Forward.MqttJson;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>Reads the list <c>forwarders</c>.</summary>
internal static class ForwarderSettingsReader
{
    private const int OffsetSecondsMax = 14 * 3600;
    private const int OffsetSecondsMin = -12 * 3600;

    public static ForwarderSettings Read(SettingsReader root)
    {
        var mqtt = new List<MqttJsonOptions>();
        var csv = new List<CsvFilesOptions>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var forwarder in root.List("forwarders"))
        {
            string name = forwarder.Name("name");
            if (!names.Add(name))
                forwarder.Add("name", $"'{name}' is there twice", "every destination has its own name, and keeps it");
            string type = forwarder.Text("type", null, "set mqtt-json or csv-files");
            if (type == "mqtt-json")
            {
                var options = ReadMqtt(forwarder, name);
                if (name.Length > 0 && options.Host.Length > 0)
                    Check(forwarder, options.Check);
                mqtt.Add(options);
            }
            else if (type == "csv-files")
            {
                csv.Add(ReadCsv(forwarder, name));
            }
            else if (type.Length > 0)
                forwarder.Add("type", $"'{type}' is not known", "set mqtt-json or csv-files");
            forwarder.RefuseUnknown();
        }
        return new ForwarderSettings(mqtt, csv);
    }

    // What the forwarder itself would refuse when it is made.
    private static void Check(SettingsReader forwarder, Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            forwarder.Add(char.ToLowerInvariant(e.ParamName![0]) + e.ParamName[1..], "is refused", e.Message.TrimEnd('.'));
        }
    }

    private static CsvFilesOptions ReadCsv(SettingsReader forwarder, string name) => new()
    {
        Name = name,
        Directory = forwarder.FilePath("folder", null, false, "name the folder for the files"),
        OffsetSeconds = forwarder.Number("offsetSeconds", 28_800, OffsetSecondsMin, OffsetSecondsMax),
    };

    private static MqttJsonOptions ReadMqtt(SettingsReader forwarder, string name)
    {
        bool useTls = forwarder.Has("tls");
        var options = new MqttJsonOptions
        {
            Name = name,
            Host = forwarder.Text("host", null, "name the broker's host"),
            Port = forwarder.Number("port", useTls ? 8883 : 1883, 1, 65535),
            ClientId = forwarder.Text("clientId", "edgemeters-" + name, "give the client an id of its own"),
            TopicPrefix = forwarder.Text("topicPrefix", "edgemeters/v1", "set the begin of the topics"),
            User = forwarder.Optional("user"),
            Password = ReadPassword(forwarder),
            AcceptsWithoutSubscriber = forwarder.Flag("acceptsWithoutSubscriber", false),
            UseTls = useTls,
        };
        if (!useTls)
            return options;
        var tls = forwarder.Section("tls");
        options = options with
        {
            CaFile = tls.Has("ca") ? tls.FilePath("ca", null, true, "name the PEM file of the broker's authority") : null,
            ClientCertificateFile = tls.Has("certificate") ? tls.FilePath("certificate", null, true, "name the PEM file of our certificate") : null,
            ClientKeyFile = tls.Has("key") ? tls.FilePath("key", null, true, "name the PEM file of its private key") : null,
        };
        tls.RefuseUnknown();
        return options;
    }

    // A password stands in a file of its own, so that the configuration may be shown to anyone.
    private static string? ReadPassword(SettingsReader forwarder)
    {
        if (!forwarder.Has("passwordFile"))
            return null;
        string path = forwarder.FilePath("passwordFile", null, true, "name the file with the password, readable by the gateway's user alone");
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            forwarder.Add("passwordFile", $"{path} cannot be read", "let the gateway's user read it");
            return null;
        }
    }
}
