using System.Text.Json;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>One real node core, one gateway's real gate, log, dialogues, projections and outbox, and a head-end, in virtual time.</summary>
internal sealed class LostDiskLife : IDisposable
{
    private const string Destination = "utility";

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time;
    private readonly BlockGate _gate = new(LostDiskNode.Name, LostDiskNode.Mac());
    private int _gateways;
    private StoreFiles _files = null!;
    private LogStore _log = null!;
    private Projector _projector = null!;
    private HeldRanges _held = null!;
    private Dialogues _dialogues = null!;

    public LostDiskLife(int seed, int sectors = 32)
    {
        Node = new LostDiskNode(seed, sectors) { Publish = Take };
        _time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Node.UtcMs));
        Begin();
    }

    public LostDiskNode Node { get; }

    public LostDiskHeadEnd HeadEnd { get; } = new();

    private string Folder => Path.Combine(_folder.Path, $"gateway-{_gateways}");

    /// <summary>Lets interval ends pass.</summary>
    public void Run(int intervals, bool isLinkUp = true)
    {
        Node.IsConnected = isLinkUp;
        for (int i = 0; i < intervals; i++)
        {
            Node.PassInterval();
            _time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Node.UtcMs));
        }
    }

    /// <summary>The disk burns, and a blank gateway takes the place.</summary>
    public void LoseDisk()
    {
        End();
        Directory.Delete(Folder, recursive: true);
        _gateways++;
        Begin();
        Node.Reconnect();
    }

    /// <summary>All that the gateway has for the head-end goes there.</summary>
    public void Forward()
    {
        Assert.True(SpinWait.SpinUntil(() => _projector.Entry >= _log.LastEntry || _projector.Error != null, TimeSpan.FromSeconds(30)), "the projections do not follow");
        Assert.Null(_projector.Error);
        using var outbox = new Outbox(Destination, _files);
        while (outbox.Next(_projector.Entry) is { Count: > 0 } batch)
        {
            batch.ForEach(item => HeadEnd.Take(item.Item));
            _log.SettleAsync(new Settlement(Destination, batch[^1].Entry, batch[^1].Items, batch.Count, null, []), CancellationToken.None).GetAwaiter().GetResult();
            outbox.Settle(batch[^1], null);
        }
    }

    /// <summary>The link is quiet until the node has sent everything, what was ordered again included.</summary>
    public void Settle()
    {
        Node.ReceiptsToLose = 0;
        for (int i = 0; i < 100 && !(Node.IsDrained && _dialogues.Node(LostDiskNode.Name) is { Backfill.Range: null, IsListening: true }); i++)
            Run(1);
        Assert.Null(_dialogues.Node(LostDiskNode.Name)!.Backfill.Range);
        Assert.True(Node.IsDrained, "the node still has something to send");
        Forward();
    }

    /// <summary>The head-end has every row that was ever made, and the consumption between any two adds up to what the dial moved.</summary>
    public void AssertComplete()
    {
        foreach (var (epoch, sequence, registers) in Node.Rows)
        {
            for (byte channel = 0; channel < registers.Length; channel++)
            {
                var interval = HeadEnd.Of(new ReadingId(LostDiskNode.Name, epoch, sequence, channel));
                Assert.True(interval != null, $"row {sequence} of channel {channel} is not at the head-end");
                Assert.Equal(registers[channel], interval.Register);
                long? consumption = sequence == 1 ? null : registers[channel] - Node.Rows[(int)sequence - 2].Registers[channel];
                Assert.Equal((sequence, channel, consumption), (sequence, channel, interval.Consumption));
            }
        }
        Assert.Equal(Node.Rows.Count * LostDiskNode.Channels, HeadEnd.Readings);
    }

    public void Dispose()
    {
        End();
        _folder.Dispose();
    }

    private void Begin()
    {
        _files = StoreFiles.Open(Folder);
        _log = new LogStore(_files, _time);
        _projector = new Projector(_files, _log, NullLogger<Projector>.Instance);
        _held = new HeldRanges(_files);
        _dialogues = new Dialogues(
            new Dictionary<string, IBlockMac> { [LostDiskNode.Name] = LostDiskNode.Mac() }, _folder.PathOf("downlink"), _time, Node,
            new DownlinkMetrics(Prometheus.Metrics.NewCustomRegistry()), NullLogger<Dialogues>.Instance, _held);
        MeteringPoint[] points = [.. LostDiskNode.Meters.Select((meter, i) => new MeteringPoint($"P{i}", $"P{i}", Carrier.Water, meter, "8-0:1.0.0"))];
        _log.AppendRegistryAsync(JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<MeteringPoint>>(points), CancellationToken.None).GetAwaiter().GetResult();
    }

    private void End()
    {
        _dialogues.Dispose();
        _held.Dispose();
        _projector.Dispose();
        _log.Dispose();
        _files.Dispose();
    }

    // As the broker's interceptor does it: nothing is acknowledged before the commit.
    private void Take(byte[] bytes)
    {
        if (Node.IsNewSession)
        {
            _dialogues.Begin(LostDiskNode.Name, Node.Session);
            _dialogues.Open(LostDiskNode.Name, Node.Session, Node.TakeDocument);
            Node.IsNewSession = false;
        }
        var (error, block, hello) = _gate.Check(bytes);
        Assert.Equal(BlockError.None, error);
        if (hello != null)
        {
            _dialogues.Hear(LostDiskNode.Name, Node.Session, hello);
            return;
        }
        _log.AppendAsync(block!, CancellationToken.None).GetAwaiter().GetResult();
        _dialogues.Tell(block!);
    }
}
