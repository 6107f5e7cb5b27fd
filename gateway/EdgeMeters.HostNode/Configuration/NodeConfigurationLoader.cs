using EdgeMeters.HostNode.Gpio;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>Reads a node's configuration file and everything it refers to, and says all that is wrong with it at once.</summary>
public sealed class NodeConfigurationLoader
{
    private const int NodeCharsMax = 40;
    private const int MacKeyChars = 64;
    private const int LinesMax = 8;
    private const int ProfilesNamedMax = 6;

    // In the order of ContactKind.
    private static readonly string[] Contacts = ["counter", "reed", "dual-reed"];

    private readonly string _file;
    private readonly string _profileDirectory;
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, MeterProfile?> _profiles = new(StringComparer.Ordinal);

    private Board? _board;

    private NodeConfigurationLoader(string file, string profileDirectory)
    {
        _file = Path.GetFullPath(file);
        _profileDirectory = profileDirectory;
    }

    /// <param name="file">The file; relative paths in it are relative to where it lies.</param>
    /// <param name="profileDirectory">Meter profiles; as a rule <see cref="MeterProfileLoader.OwnDirectory"/>.</param>
    /// <exception cref="ConfigurationException">Something is wrong: the message names it all.</exception>
    public static NodeConfiguration Load(string file, string profileDirectory)
    {
        return new NodeConfigurationLoader(file, profileDirectory).Read();
    }

    private NodeConfiguration Read()
    {
        ConfigurationSection root = ConfigurationSection.Open(_file, _errors);
        string node = ReadNode(root);
        uint version = (uint)root.Integer("version", 1, uint.MaxValue, 1);
        int intervalSeconds = root.Int("intervalSeconds", 1, Limits.PeriodSecondsMax);
        _board = ReadBoard(root);
        int checkpointSeconds = root.Int("checkpointSeconds", 1, 3600, CheckpointSecondsOf(_board));
        bool isClockTrusted = root.Word("clock", ["kernel", "trusted"], "kernel") == "trusted";
        int blockBytesMax = root.Int("blockBytesMax", Limits.BlockBytesMin, Limits.BlockBytesMax, Limits.BlockBytesMin);
        GatewayAddress gateway = ReadGateway(root.Section("gateway"));
        byte[] macKey = ReadMacKey(root);
        (string journalFile, int journalKiB) = ReadJournal(root.Section("journal", isRequired: _board == null));
        List<LineConfiguration> lines = [.. root.Sections("lines", LinesMax).Select(ReadLine)];
        IReadOnlyList<ConfigurationSection> meterSections = root.Sections("meters", Limits.ChannelsMax);
        List<MeterConfiguration> meters =
            [.. meterSections.Select(s => MeterSectionReader.Read(s, ReadSerial(s), ReadProfile(s), lines)).OfType<MeterConfiguration>()];
        (bool isSimulated, string? wire) = ReadGpio(root.Section("gpio", isRequired: false));
        IReadOnlyList<ConfigurationSection> pulseSections = root.Sections("pulses", Limits.ChannelsMax);
        List<PulseConfiguration> pulses = [.. pulseSections.Select(s => ReadPulse(s, isSimulated)).OfType<PulseConfiguration>()];
        int station = root.Int("station", 0, ushort.MaxValue, 0);
        bool maySleep = root.Word("sleep", ["never", "between-intervals"], "never") != "never";
        root.RefuseUnknownKeys();
        NodeConfiguration configuration = new()
        {
            Node = node,
            Version = version,
            Board = _board,
            Station = station,
            MaySleep = maySleep,
            IntervalSeconds = intervalSeconds,
            CheckpointSeconds = checkpointSeconds,
            IsClockTrusted = isClockTrusted,
            Gateway = gateway,
            MacKey = macKey,
            JournalFile = journalFile,
            JournalKiB = journalKiB,
            BlockBytesMax = blockBytesMax,
            Lines = lines,
            Meters = meters,
            Pulses = pulses,
            IsGpioSimulated = isSimulated,
            GpioWire = wire,
        };
        CheckReferences(root, configuration);
        CheckLayout(root, configuration);
        CheckBoard(root, configuration);
        if (_errors.Count > 0)
            throw new ConfigurationException(_file, _errors);
        return configuration;
    }

    private static Board? ReadBoard(ConfigurationSection root)
    {
        string? name = root.Text("board", isRequired: false);
        Board? board = name == null ? null : BoardCatalog.ByName(name);
        if (name != null && board == null)
        {
            string[] names = [.. Enumerable.Range(1, BoardCatalog.NumberMax).Select(number => BoardCatalog.ByNumber(number)!.Name)];
            root.Fault("board", $"there is no board \"{name}\": choose one of {string.Join(", ", names)}, or leave it out for a Linux host");
        }
        return board;
    }

    // On drive I: of an ESP32 each checkpoint costs the erase of a block; external memory does not mind.
    private static int CheckpointSecondsOf(Board? board)
    {
        bool isOnDrive = board != null && board.NorSelect == Board.NoPin && board.FramSelect == Board.NoPin;
        return isOnDrive ? 900 : 60;
    }

    private void CheckBoard(ConfigurationSection root, NodeConfiguration configuration)
    {
        if (_errors.Count > 0 || _board == null)
            return;
        NodeTable table = NodeTableCompiler.Compile(configuration);
        string fault = NodeTableFault.Of(table);
        if (fault.Length > 0)
            root.Fault("board", fault);
        else if (_board.RefusalOf(table) is { } refusal)
            root.Fault("board", refusal);
    }

    private static string ReadNode(ConfigurationSection root)
    {
        string? node = root.Text("node", charsMax: NodeCharsMax);
        if (node != null && !node.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            root.Fault("node", $"\"{node}\" has characters that a topic cannot: use A-Z a-z 0-9 . _ -");
        return node ?? "";
    }

    private GatewayAddress ReadGateway(ConfigurationSection? section)
    {
        if (section == null)
            return new GatewayAddress("", 0, null);
        ConfigurationSection? tls = section.Section("tls", isRequired: false);
        TlsFiles? files = null;
        if (tls != null)
        {
            files = new TlsFiles(ReadFile(tls, "ca"), ReadFile(tls, "certificate"), ReadFile(tls, "key"));
            tls.RefuseUnknownKeys();
        }
        GatewayAddress gateway = new(section.Text("host") ?? "", section.Int("port", 1, 65535), files);
        if (_board != null && tls != null)
            section.Fault("tls", "is for a Linux host: an ESP32 has its certificates on its own drive, remove it");
        if (_board == null && gateway.Host.Length > 0 && gateway.Tls == null && !gateway.IsLoopback)
            section.Fault("tls", $"is missing, and \"{gateway.Host}\" is not this machine: give ca, certificate and key; plain TCP is for 127.0.0.1 only");
        section.RefuseUnknownKeys();
        return gateway;
    }

    private byte[] ReadMacKey(ConfigurationSection root)
    {
        if (root.Has("macKey") == root.Has("macKeyFile"))
        {
            root.Text("macKey", isRequired: false);
            root.Text("macKeyFile", isRequired: false);
            root.Fault("macKeyFile", $"give the node's key by macKeyFile, a file of {MacKeyChars} hexadecimal characters, or, in a demo only, by macKey");
            return [];
        }
        string key = root.Has("macKeyFile") ? "macKeyFile" : "macKey";
        string? text = root.Text(key);
        if (text != null && key == "macKeyFile")
        {
            string file = ReadFile(root, key);
            text = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
        root.Text("macKey", isRequired: false);
        root.Text("macKeyFile", isRequired: false);
        if (text == null)
            return [];
        if (text.Length == MacKeyChars && text.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(text);
        root.Fault(key, $"the key must be {MacKeyChars} hexadecimal characters: make one with \"openssl rand -hex 32\" and give it to the gateway too");
        return [];
    }

    private (string File, int KiB) ReadJournal(ConfigurationSection? section)
    {
        if (section == null)
            return ("", 0);
        if (_board != null)
            section.Fault("file", "an ESP32 keeps its journal where its board has room for it: remove the journal section");
        string file = FullPath(section.Text("file") ?? "");
        int kiB = section.Int("sizeKiB", FileBlockDevice.KiBMin, FileBlockDevice.KiBMax, 1024);
        if (kiB % FileBlockDevice.SectorKiB != 0)
            section.Fault("sizeKiB", $"must be a multiple of {FileBlockDevice.SectorKiB}, the sector's size: give {kiB / FileBlockDevice.SectorKiB * FileBlockDevice.SectorKiB}");
        section.RefuseUnknownKeys();
        return (file, kiB);
    }

    private LineConfiguration ReadLine(ConfigurationSection section)
    {
        string name = section.Text("name") ?? "";
        string parity = section.Word("parity", ["none", "even", "odd"], "none");
        int stopBits = section.Int("stopBits", 1, 2, 1);
        int timeoutMs = section.Int("timeoutMs", 20, 10000, 500);
        int lateAnswerMsMax = section.Int("lateAnswerMsMax", 20, 30000, Math.Max(2000, timeoutMs));
        if (lateAnswerMsMax < timeoutMs)
            section.Fault("lateAnswerMsMax", $"must be at least timeoutMs, {timeoutMs}: an answer is late only after the timeout");
        LineConfiguration line = new(
            name,
            _board == null ? ReadPort(section) : name,
            section.Int("baud", 300, 115200, 9600),
            MeterSectionReader.FramingOf(parity, stopBits),
            timeoutMs,
            lateAnswerMsMax);
        section.RefuseUnknownKeys();
        return line;
    }

    private string ReadPort(ConfigurationSection section)
    {
        string port = section.Text("port") ?? "";
        if (!LineAddress.IsNetwork(port))
            return FullPath(port);
        try
        {
            return LineAddress.Parse(port).ToString();
        }
        catch (FormatException e)
        {
            section.Fault("port", e.Message);
            return port;
        }
    }

    private PulseConfiguration? ReadPulse(ConfigurationSection section, bool isSimulated)
    {
        string serial = ReadSerial(section);
        MeterProfile? profile = ReadProfile(section);
        int pin = _board == null
            ? section.Int("pin", 0, isSimulated ? SimulatedGpioDriver.PinsMax - 1 : 1023)
            : section.Int("input", 0, Math.Max(0, _board.Inputs.Length - 1));
        string contact = _board == null ? "reed" : section.Word("contact", Contacts, "counter");
        long startRegister = section.Integer("startRegister", 0, long.MaxValue, 0);
        section.RefuseUnknownKeys();
        if (profile == null)
            return null;
        if (profile.Pulse == null)
        {
            section.Fault("profile", $"\"{profile.Id}\" is a meter on a bus: move it to meters, or name a pulse profile");
            return null;
        }
        RegisterScale scale = profile.Pulse.Scale;
        Int128 scaled = (Int128)startRegister * scale.Denominator;
        Int128 pulses = scaled / scale.Numerator;
        if (scaled % scale.Numerator != 0)
        {
            section.Fault("startRegister", $"{startRegister} is no whole number of pulses: round the dial down, to "
                + $"{pulses * scale.Numerator / scale.Denominator} {scale.Unit}");
        }
        if (pulses > long.MaxValue)
            section.Fault("startRegister", "has more than 63 bits in pulses: correct it");
        return new PulseConfiguration(serial, profile, pin, (ContactKind)(1 + Array.IndexOf(Contacts, contact)), pulses > long.MaxValue ? 0 : (long)pulses);
    }

    private (bool IsSimulated, string? Wire) ReadGpio(ConfigurationSection? section)
    {
        if (section == null)
            return (false, null);
        bool isSimulated = section.Word("driver", ["auto", "simulated"], "auto") == "simulated";
        string? wire = section.Text("wire", isRequired: false, charsMax: 100);
        if (wire != null && !isSimulated)
            section.Fault("wire", "is for the simulated driver only: remove it, or set driver to \"simulated\"");
        section.RefuseUnknownKeys();
        return (isSimulated, wire == null ? null : FullPath(wire));
    }

    private static string ReadSerial(ConfigurationSection section)
    {
        string? serial = section.Text("serial", charsMax: Limits.MeterSerialCharsMax);
        if (serial != null && !serial.All(c => c is >= '!' and <= '~'))
            section.Fault("serial", "must be printable ASCII without blanks, as on the nameplate");
        return serial ?? "?";
    }

    private MeterProfile? ReadProfile(ConfigurationSection section)
    {
        string? id = section.Text("profile");
        if (id == null)
            return null;
        if (_profiles.TryGetValue(id, out MeterProfile? known))
            return known;
        IReadOnlyList<string> ids = MeterProfileLoader.List(_profileDirectory);
        MeterProfile? profile = null;
        if (!ids.Contains(id))
        {
            string alike = string.Join(", ", ids.OrderByDescending(i => CommonPrefix(i, id)).Where(IsOffered).Take(ProfilesNamedMax));
            section.Fault("profile", $"there is no profile \"{id}\" in {_profileDirectory}: choose one of {ids.Count}, such as {alike}");
            return null;
        }
        try
        {
            profile = MeterProfileLoader.Load(_profileDirectory, id);
        }
        catch (ConfigurationException e)
        {
            section.Fault("profile", e.Message);
        }
        _profiles[id] = profile;
        return profile;
    }

    private bool IsOffered(string id)
    {
        try
        {
            return MeterProfileLoader.Load(_profileDirectory, id).OfferedByDefault;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static int CommonPrefix(string left, string right) => left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();

    private void CheckReferences(ConfigurationSection root, NodeConfiguration configuration)
    {
        foreach (string name in configuration.Lines.GroupBy(l => l.Name).Where(g => g.Count() > 1).Select(g => g.Key))
            root.Fault("lines", $"\"{name}\" is named twice: give each line its own name");
        foreach (string port in configuration.Lines.GroupBy(l => l.Port).Where(g => g.Count() > 1).Select(g => g.Key))
            root.Fault("lines", $"port {port} is on two lines: one line has one port, with all its meters");
        foreach (MeterConfiguration meter in configuration.Meters)
        {
            bool isOverModbusTcp = configuration.Lines.Any(l => l.Name == meter.Line && LineAddress.CarriesModbusOnly(l.Port));
            if (isOverModbusTcp && meter.Profile.Bus!.Protocol != BusProtocol.Modbus)
            {
                root.Fault("meters", $"meter {meter.Serial} speaks no Modbus, and nothing else goes over line \"{meter.Line}\", which is tcp://: "
                    + "use rtu+tcp:// and a converter that passes serial bytes on");
            }
            if (!configuration.Lines.Any(l => l.Name == meter.Line))
                root.Fault("meters", $"meter {meter.Serial} is on line \"{meter.Line}\", which is not among lines: add it there or correct the name");
        }
        var byAddress = configuration.Meters.GroupBy(m => (m.Line, m.Profile.Bus!.Protocol, Address: Convert.ToHexString(m.Address)));
        foreach (var twice in byAddress.Where(g => g.Key.Address.Length > 0 && g.Count() > 1))
        {
            string serials = string.Join(" and ", twice.Select(m => m.Serial));
            root.Fault("meters", $"meters {serials} have the same address on line \"{twice.Key.Line}\": give each meter of a line its own");
        }
        // A board's own rules say the same of its inputs.
        foreach (int pin in configuration.Pulses.GroupBy(p => p.Pin).Where(g => g.Count() > 1 && _board == null).Select(g => g.Key))
            root.Fault("pulses", $"pin {pin} is used twice: one contact, one pin");
    }

    private void CheckLayout(ConfigurationSection root, NodeConfiguration configuration)
    {
        ChannelLayout[] layout = configuration.Layout();
        foreach (var twice in layout.GroupBy(c => (c.MeterSerial, c.Register)).Where(g => g.Count() > 1))
            root.Fault("meters", $"register {twice.Key.Register} of meter {twice.Key.MeterSerial} is there twice: correct a serial number");
        if (layout.Length > Limits.ChannelsMax)
            root.Fault("meters", $"together with pulses there are {layout.Length} registers, more than {Limits.ChannelsMax}: use a second node");
        else if (layout.Length == 0 && _errors.Count == 0)
            root.Fault("meters", "there is neither a meter nor a pulse: name at least one");
        else if (_errors.Count == 0 && LayoutCodec.Write(layout, new byte[Limits.LayoutBytesMax]) == 0)
            root.Fault("meters", $"the layout has more than {Limits.LayoutBytesMax} bytes: use fewer registers on this node");
    }

    private string ReadFile(ConfigurationSection section, string key)
    {
        string? name = section.Text(key);
        if (name == null)
            return "";
        string file = FullPath(name);
        if (!File.Exists(file))
            section.Fault(key, $"there is no file {file}: correct the path");
        return file;
    }

    private string FullPath(string path) => Path.GetFullPath(path, Path.GetDirectoryName(_file)!);
}
