extern alias chip;

using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Files;
using chip::EdgeMeters.NanoSimulation.Flash;
using chip::EdgeMeters.NanoSimulation.Threads;
using EdgeMeters.Firmware.Tests.Bus;
using EdgeMeters.Firmware.Tests.Core;
using EdgeMeters.Firmware.Tests.HostNode;
using EdgeMeters.Firmware.Tests.Uplink;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;
using HmacBlockMac = EdgeMeters.Firmware.Tests.Wire.HmacBlockMac;

namespace EdgeMeters.Firmware.Tests.Chip;

/// <summary>
/// The whole firmware on a simulated ESP32-DevKitC, from Main on: a Modbus meter at its line, a contact at its first input, flash at its SPI bus,
/// and a real MQTT server over TLS that keeps what comes and answers hellos with the time.
/// </summary>
internal sealed class ChipStation : IDisposable
{
    public const int IntervalSeconds = 10;

    private const byte BoardNumber = 1;
    private const int NorSelectPin = 5;
    private const int ContactPin = 34;
    private const int LedPin = 21;

    private readonly TestAuthority _authority = new("chip");
    private readonly TestGateway _gateway;
    private readonly DialogueCodec _codec = new();
    private readonly BlockEnvelope _envelope = HmacBlockMac.AnyNode();
    private readonly ReadingBlockReader _reader = new();
    private readonly ReadingBlock _readings = new(Limits.ReadingsPerBlockMax);
    private readonly SimulatedNor _nor = new();
    private readonly long _startUtcMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private long _livedMs;
    private uint _commands;

    public ChipStation()
    {
        X509Certificate2 server = _authority.Issue("gateway", IPAddress.Loopback);
        _gateway = TestGateway.StartAsync(TestGateway.FreePort(), server, _authority.Certificate).GetAwaiter().GetResult();
        _gateway.Took = OnTaken;
    }

    public LittleFs Files { get; } = new();

    public SimulatedChip Chip { get; private set; } = null!;

    public ReceivingGateway Received { get; } = new();

    /// <summary>Interval ends of all readings that arrived, each once.</summary>
    public SortedSet<uint> Ends { get; } = [];

    public Hello Hello { get; } = new();

    /// <summary>True lets the gateway answer hellos.</summary>
    public bool TellsTime { get; set; } = true;

    /// <summary>Pulses made in all lives; the counter of a life sees its own.</summary>
    public int Pulses { get; private set; }

    /// <summary>Called for each new chip before its program begins.</summary>
    public Action<SimulatedChip>? Prepare { get; set; }

    /// <summary>True time: it goes on through all lives.</summary>
    public long UtcMs => _startUtcMs + _livedMs + (Chip == null ? 0 : Chip.NowUs / 1000);

    public NodeTable Table(uint version = 1)
    {
        NodeTable table = VirtualNode.Table();
        table.Version = version;
        table.Board = BoardNumber;
        table.GatewayHost = "127.0.0.1";
        table.GatewayPort = _gateway.Port;
        table.IntervalSeconds = IntervalSeconds;
        table.CheckpointSeconds = 5;
        return table;
    }

    public byte[] Sign(NodeTable table)
    {
        byte[] document = new byte[NodeTable.BytesMax];
        int count = NodeTableCodec.Write(_envelope, table, document);
        return document[..count];
    }

    /// <summary>What a technician does: identity, configuration, certificates.</summary>
    public void Commission(NodeTable? table = null)
    {
        Put("I:\\node.key", "node " + new string('0', 64));
        Files.Put("I:\\node.table", Sign(table ?? Table()));
        using X509Certificate2 node = _authority.Issue("node", null);
        Put("I:\\ca.pem", _authority.Certificate.ExportCertificatePem());
        Put("I:\\node.pem", node.ExportCertificatePem());
        Put("I:\\node-key.pem", node.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public void Put(string path, string text) => Files.Put(path, Encoding.ASCII.GetBytes(text));

    /// <summary>Power on.</summary>
    public void Start(string targetName = "ESP32_REV3")
    {
        if (Chip != null)
        {
            _livedMs += Chip.NowUs / 1000;
            Chip.Dispose();
        }
        Chip = new SimulatedChip(Files) { TargetName = targetName };
        _nor.PowerOn();
        Chip.Solder(1, NorSelectPin, _nor);
        Chip.Uart("COM2").Heard = Answer;
        SimulatedChip life = Chip;
        long bornMs = _startUtcMs + _livedMs;
        Chip.Network.SntpUtcMs = () => bornMs + life.NowUs / 1000;
        Prepare?.Invoke(Chip);
        new ChipThread(chip::EdgeMeters.Node.Program.Main).Start();
    }

    /// <summary>Lets time pass until something holds.</summary>
    public void RunUntil(string what, Func<bool> condition, int longestSeconds)
    {
        for (int i = 0; i < longestSeconds * 5; i++)
        {
            try
            {
                Chip.RunMs(200);
            }
            catch (PowerLostException)
            {
                // The program restarted the chip; the next life is for the test to begin.
                TakeAll();
                Assert.True(condition(), $"the chip restarted before: {what}\n{Console()}");
                return;
            }
            TakeAll();
            if (condition())
                return;
        }
        Assert.Fail($"not within {longestSeconds} s: {what}\n{Console()}");
    }

    public void RunSeconds(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Chip.RunMs(1000);
            TakeAll();
        }
    }

    /// <summary>Closures of the contact at the first input, two a second from now on.</summary>
    public void MakePulses(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Chip.Pin(ContactPin).DriveAt(Chip.NowUs + 1000 + i * 500_000L, false);
            Chip.Pin(ContactPin).DriveAt(Chip.NowUs + 1000 + i * 500_000L + 60_000, true);
        }
        Pulses += count;
    }

    public void Send(CommandCode code, long a = 0)
    {
        Command command = new() { StartNumber = Hello.StartNumber, Number = ++_commands, Code = (byte)code, Channel = EventBlock.WholeNode, A = a };
        byte[] block = new byte[Limits.BlockBytesMin];
        SendDocument(block[.._codec.Write(_envelope, command, block, block.Length)]);
    }

    public void SendDocument(byte[] document) => _gateway.Send("em/v1/node/down", document);

    public bool HasTold(EventCode code) => Received.ToldEvents.Any(e => e.Code == code);

    public int LedChanges() => Chip.Pin(LedPin).Changes;

    public string Console()
    {
        lock (Chip.ConsoleLines)
            return string.Join("\n", Chip.ConsoleLines);
    }

    /// <summary>Intervals of which no reading came, between the first and the last that did.</summary>
    public uint[] MissingEnds()
    {
        return [.. Ends.Zip(Ends.Skip(1)).Where(pair => pair.Second - pair.First != IntervalSeconds).Select(pair => pair.First)];
    }

    public void Dispose()
    {
        Chip?.Dispose();
        _gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _authority.Dispose();
    }

    private void Answer(byte[] request) =>
        Chip.Uart("COM2").Arrive(BusRig.Answer(request, address => address == 1 ? 5000 : 0), 30_000);

    private void TakeAll()
    {
        while (_gateway.Received.TryDequeue(out (string Client, string Topic, byte[] Payload) came))
        {
            Assert.Equal(("node", "em/v1/node/block"), (came.Client, came.Topic));
            Received.Take(came.Payload);
            if ((BlockKind)came.Payload[1] != BlockKind.Readings)
                continue;
            Assert.Equal(BlockError.None, _reader.TryRead(came.Payload, came.Payload.Length, _readings));
            for (int row = 0; row < _readings.Rows; row++)
                Ends.Add(_readings.StartUtcSeconds + (uint)row * (uint)_readings.PeriodSeconds);
        }
    }

    // On the server's thread, while the chip's time stands still or goes slowly.
    private void OnTaken(byte[] block)
    {
        if ((BlockKind)block[1] != BlockKind.Hello || _codec.TryRead(block, block.Length, Hello) != BlockError.None || !TellsTime)
            return;
        TimeAnswer time = new() { StartNumber = Hello.StartNumber, HelloNumber = Hello.Number, UtcMs = UtcMs };
        byte[] answer = new byte[Limits.BlockBytesMin];
        SendDocument(answer[.._codec.Write(_envelope, time, answer, answer.Length)]);
    }
}
