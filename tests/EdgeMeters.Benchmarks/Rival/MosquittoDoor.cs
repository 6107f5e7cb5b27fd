using EdgeMeters.Benchmarks.Ingest;
using EdgeMeters.Benchmarks.Support;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeMeters.Benchmarks.Rival;

/// <summary>mosquitto as Debian has it, with persistence, and a subscriber that is away: it keeps every message for it.</summary>
/// <remarks>
/// It acknowledges what it has in memory. Its database is written every half hour (autosave_interval, mosquitto.conf(5)) and at its end;
/// a power cut between takes what was acknowledged.
/// </remarks>
internal sealed class MosquittoDoor : IProcessDoor
{
    private const string Program = "/usr/sbin/mosquitto";

    private readonly string _database;
    private readonly int _port;
    private readonly int _readingsPerMessage;
    private readonly ServerProcess _process;

    /// <param name="folder">For its database.</param>
    /// <param name="port">On loopback.</param>
    /// <param name="readingsPerMessage">Readings in each message.</param>
    public MosquittoDoor(string folder, int port, int readingsPerMessage)
    {
        _database = Path.Combine(folder, "mosquitto.db");
        _port = port;
        _readingsPerMessage = readingsPerMessage;
        string config = Path.Combine(folder, "mosquitto.conf");
        // As whoever runs this, or it would have no right to the folder. No limits to what it keeps, or it would acknowledge and drop.
        File.WriteAllText(config,
            $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\nmax_queued_messages 0\nmax_queued_bytes 0\n"
            + $"set_tcp_nodelay true\nuser {Environment.UserName}\n");
        _process = new ServerProcess(Program, ["-c", config], false);
    }

    public TimeSpan ProcessorTime => _process.ProcessorTime;

    public long PeakRssBytes { get; private set; }

    public long KeptBytes { get; private set; }

    public async Task StartAsync()
    {
        _process.WaitForPort(_port);
        using var subscriber = new MqttClientFactory().CreateMqttClient();
        await subscriber.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId("store").WithCleanStart(false).WithSessionExpiryInterval(uint.MaxValue).Build());
        await subscriber.SubscribeAsync("#", MqttQualityOfServiceLevel.AtLeastOnce);
        await subscriber.DisconnectAsync(new MqttClientDisconnectOptions());
    }

    public Task SettleAsync() => Task.CompletedTask;

    /// <returns>Readings of the messages that are in its database after its end: each of them has its topic there.</returns>
    public Task<long> CloseAndCountAsync()
    {
        PeakRssBytes = _process.PeakRssBytes;
        _process.Dispose();
        byte[] database = File.ReadAllBytes(_database);
        KeptBytes = database.Length;
        return Task.FromResult((long)_readingsPerMessage * database.AsSpan().Count("/block"u8));
    }
}
