using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Network;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.HostNode;
using EdgeMeters.Simulation.World;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace EdgeMeters.Simulation.City;

/// <summary>One station: its nodes, the link that they share, and the part of the gateway that has to do with them.</summary>
internal sealed class CityStation : IDisposable
{
    private const int MinuteMs = 60_000;
    private const int HourMs = 3_600_000;
    private const int DayMs = 86_400_000;
    /// <summary>Two bytes of MQTT in a record of TLS 1.2.</summary>
    private const int PingBytes = 2 + 29;
    private const int DrainStepMs = 300_000;
    private const int DrainMsMax = 3 * DayMs;

    private readonly CityOptions _options;
    private readonly WorldTime _world = new();
    private readonly VirtualTime _time = new();
    private readonly Random _random;
    private readonly EmulatedLink _air;
    private readonly LinkProfile _profile;
    private readonly CityNode[] _nodes;
    private readonly Dictionary<string, (CityNode Node, BlockGate Gate)> _byName = new(StringComparer.Ordinal);
    private readonly Dialogues _dialogues;
    private readonly ReadingBlockReader _reader = new();
    private readonly ReadingBlock _rows = new(Limits.ReadingsPerBlockMax);
    private readonly long[] _bytesByMinute;
    private readonly long _endMs;
    private long _darkFromMs = -1;
    private long _darkToMs = -1;

    /// <param name="isDark">It is gone for a while.</param>
    public CityStation(PlannedStation plan, CityOptions options, bool isDark)
    {
        _options = options;
        _random = new Random(unchecked((options.Seed * 1_000_003) + plan.Number));
        _profile = options.Profiles[plan.Profile];
        _endMs = CityOptions.MountingMs + (options.Days * (long)DayMs);
        _bytesByMinute = new long[((_endMs + DrainMsMax) / MinuteMs) + 2];
        _air = new EmulatedLink(_profile, _random.Next(), PingBytesPerSecond());
        var names = Enumerable.Range(0, CityOptions.NodesPerStation).Select(i => $"s{plan.Number:D3}n{i:D2}").ToArray();
        byte[][] keys = [.. names.Select(_ => NewKey())];
        var clock = new GatewayTime(_world);
        var metrics = new DownlinkMetrics(Metrics.NewCustomRegistry());
        var stations = new Stations([StationOf(plan)], options.BurstPercent, clock, () => true, metrics);
        _dialogues = new Dialogues(
            names.Zip(keys).ToDictionary(n => n.First, n => (IBlockMac)new HmacBlockMac(n.First, n.Second), StringComparer.Ordinal), "no-documents", clock, clock,
            metrics, NullLogger<Dialogues>.Instance, null, stations);
        _nodes = [.. names.Select((name, i) => NewNode(name, keys[i], plan, i))];
        _air.PlanOutages(options.Days + 1);
        if (isDark)
            GoDark();
        foreach (var outage in _air.Outages)
            _world.At(outage.FromMs, NoteOutage);
    }

    public CityTally Tally { get; } = new();

    /// <summary>Lives through the days, then until all that waits has come.</summary>
    public CityTally Run()
    {
        _world.RunUntil(_endMs);
        for (long at = _endMs + DrainStepMs; at <= _endMs + DrainMsMax && !_nodes.All(n => n.IsDrained); at += DrainStepMs)
            _world.RunUntil(at);
        Count();
        return Tally;
    }

    public void Dispose() => _dialogues.Dispose();

    /// <summary>A block has left a node: so it takes its room on the link, whether it arrives or not.</summary>
    public void NoteSent(BlockKind kind, long arrivesMs, int bytes)
    {
        long atMs = arrivesMs < 0 ? _world.NowMs : arrivesMs;
        _bytesByMinute[Math.Min(atMs / MinuteMs, _bytesByMinute.Length - 1)] += bytes;
        Tally.AddBytes(kind, bytes);
    }

    public void NoteHandshake(int bytes)
    {
        Tally.Handshakes++;
        Tally.HandshakeBytes += bytes;
    }

    public void NoteSession(CityLink link)
    {
        int number = link.SessionNumber;
        _dialogues.Begin(link.Node, link.Session);
        _dialogues.Open(link.Node, link.Session, document => link.TryTell(number, document));
    }

    public void NoteEnd(CityLink link) => _dialogues.End(link.Node, link.Session);

    public void Arrive(CityLink link, byte[] bytes)
    {
        var (node, gate) = _byName[link.Node];
        var (error, block, hello) = gate.Check(bytes);
        if (error != BlockError.None)
            throw new BrokenPromiseException($"a block of {link.Node} was refused: {error}");
        if (hello != null)
        {
            _dialogues.Hear(link.Node, link.Session, hello);
            return;
        }
        if (block!.Kind == BlockKind.Readings)
        {
            if (_reader.TryRead(bytes, bytes.Length, _rows) != BlockError.None)
                throw new BrokenPromiseException($"a block of {link.Node} that the gateway took does not decode");
            node.Truth.Take(_rows, _world.NowMs);
        }
        _dialogues.Tell(block);
    }

    // What its link carries, as the gateway learns it from the plan.
    private Station StationOf(PlannedStation plan) =>
        new(plan.Number, plan.Profile, (long)Math.Max(1, _profile.UplinkBitsPerSecond.Most / 8 * 60));

    private CityNode NewNode(string name, byte[] key, PlannedStation plan, int i)
    {
        int channels = (plan.Meters / CityOptions.NodesPerStation) + (i < plan.Meters % CityOptions.NodesPerStation ? 1 : 0);
        var node = new CityNode(name, plan.Number, channels, _options.Rows, key, _world, _time, entropy => new CityLink(name, _world, _air, this, _random, entropy), _random);
        _byName.Add(name, (node, new BlockGate(name, new HmacBlockMac(name, key))));
        // Nobody mounts forty nodes in the same second.
        node.Link.StartAfter(_random.Next(1000 * CityOptions.IntervalSeconds));
        PlanReset(node.Link);
        return node;
    }

    private void PlanReset(CityLink link)
    {
        double afterMs = _air.NextResetMs();
        if (_world.NowMs + afterMs > _endMs)
            return;
        _world.After((long)afterMs, () =>
        {
            link.Cut(_air.IsHalfOpen());
            PlanReset(link);
        });
    }

    // Keep-alives take their share of the link for good.
    private double PingBytesPerSecond() =>
        (double)CityOptions.NodesPerStation * (PingBytes + _profile.PduHeaderBytes.Least) / CityLink.KeepAliveSeconds;

    // After two hours, and so that the last third of the last day is left to fetch what waits.
    private void GoDark()
    {
        long darkMs = (long)_options.DarkHours * HourMs;
        long latestMs = Math.Max(CityOptions.MountingMs + (3L * HourMs), _endMs - darkMs - (8L * HourMs));
        _darkFromMs = _random.NextInt64(CityOptions.MountingMs + (2L * HourMs), latestMs);
        _darkToMs = _darkFromMs + darkMs;
        _air.AddOutage(_darkFromMs, darkMs);
    }

    private void NoteOutage()
    {
        foreach (var node in _nodes)
            node.Link.NoteOutage();
    }

    private void Count()
    {
        long backMs = _darkFromMs < 0 ? -1 : Math.Max(_darkToMs, _nodes.Max(n => n.Truth.LastReceivedMs(_darkFromMs, _darkToMs)));
        foreach (var node in _nodes)
        {
            Tally.Readings += node.Truth.Readings;
            Tally.Rows += node.Truth.Rows;
            Tally.Lost += node.Truth.Lost();
            Tally.Doubled += node.Truth.Doubled;
            Tally.Altered += node.Truth.Altered;
            Tally.Repeated += node.Truth.Repeated;
            Tally.BlocksFailed += node.BlocksFailed;
            Tally.Undrained += node.IsDrained ? 0 : 1;
            if (_darkFromMs < 0)
                node.Truth.CountDelays(Tally.Delays);
        }
        Tally.DarkStations = _darkFromMs < 0 ? 0 : 1;
        Tally.DrainMs = _darkFromMs < 0 ? 0 : backMs - _darkToMs;
        Tally.CountBurst(_bytesByMinute, CityOptions.MountingMs / MinuteMs, (int)(_endMs / MinuteMs));
    }

    private byte[] NewKey()
    {
        byte[] key = new byte[HmacBlockMac.KeyBytes];
        _random.NextBytes(key);
        return key;
    }
}
