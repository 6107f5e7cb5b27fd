using System.Text.Json;
using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Simulation.World;

/// <summary>Nodes, network, gateway, disk and head-end of one seed, and the days they live through.</summary>
internal sealed class World : IDisposable
{
    private const long DayMs = 86_400_000;

    /// <summary>When the faults end: nothing is lost if all arrives within this time.</summary>
    private const int HealDaysMax = 3;

    private const int MiddleMs = 450_000;

    private const long ClockRightMs = 3 * DayMs;

    /// <summary>Longer than any clock here is wrong by.</summary>
    private const int OfficeMsMin = 7_200_000;
    private const int OfficeMsMax = 36_000_000;

    /// <summary>One for all nodes of a world: all are in use, and most worlds have the longest, which lets more of them live in the same time.</summary>
    private static readonly int[] IntervalsSeconds = [900, 1800, .. Enumerable.Repeat(3600, 14)];

    private readonly WorldOptions _options;
    private readonly FaultTable _faults = new();
    private readonly WorldTime _time = new();
    private readonly Random _random;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly SimulatedSite _site;

    public World(WorldOptions options, int seed)
    {
        _options = options;
        _random = new Random(seed);
        IntervalSeconds = IntervalsSeconds[_random.Next(IntervalsSeconds.Length)];
        HeadEnd = new SimulatedHeadEnd("utility", _time, _faults, new Random(_random.Next()));
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (int i = 0; i < options.Nodes; i++)
        {
            byte[] key = new byte[HostNode.HmacBlockMac.KeyBytes];
            _random.NextBytes(key);
            keys.Add($"n{i:000}", key);
        }
        _site = new SimulatedSite(keys, _time, _faults, HeadEnd, Registry, new Random(_random.Next()));
        foreach (var (name, key) in keys)
        {
            var node = new SimulatedNode(PlanOf(name, _nodes.Count), key, _time, _faults, _random.Next(), () => _site.Gateway);
            _nodes.Add(node);
            _site.Know(node.Link);
        }
    }

    public int IntervalSeconds { get; }

    public SimulatedHeadEnd HeadEnd { get; }

    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    public SimulatedSite Site => _site;

    /// <summary>Lives through all days, heals, and waits until all has arrived.</summary>
    /// <exception cref="BrokenPromiseException">It never did, or something that must not be was seen on the way.</exception>
    public void Run()
    {
        long endMs = _options.Days * DayMs;
        _site.Start();
        foreach (var node in _nodes)
            _time.At(_random.Next(600_000), node.Start);
        foreach (var node in _nodes)
            PlanFaults(node, endMs);
        _site.PlanFaults(_options.Days);
        foreach (var node in _nodes)
            PlanTechnician(node);
        // Looked at in the middle of an interval: at its end there is always something on its way.
        _time.RunUntil(endMs + MiddleMs);
        Heal();
        bool isThere = false;
        for (int hour = 0; hour < 24 * HealDaysMax; hour++)
        {
            _time.RunUntil(_time.NowMs + 3_600_000);
            isThere = _nodes.TrueForAll(n => n.IsDrained && n.FindDoubt() < 0) && _site.TryDrain();
            // A blank gateway gets the events of before by backfill; what it has not got in all this time is counted as lost.
            if (isThere && EventTally.Of(this).Lost.Count == 0)
                return;
        }
        if (isThere)
            return;
        string[] late = [.. _nodes.Where(n => !n.IsDrained).Select(n => n.Plan.Name)];
        throw new BrokenPromiseException(
            $"{HealDaysMax} days after the last fault not all has arrived: nodes {string.Join(' ', late)}; {_site.Describe()}");
    }

    public void Dispose() => _site.Dispose();

    private NodePlan PlanOf(string name, int i)
    {
        int meters = _options.Meters / _options.Nodes;
        // Every fifth node has a line, with half of its meters on it.
        int onLine = i % 5 == 0 ? meters / 2 : 0;
        return new NodePlan(name, meters - onLine, onLine, _options.Days + HealDaysMax + 1, IntervalSeconds);
    }

    private byte[] Registry() => JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<MeteringPoint>>(
        [.. _nodes.SelectMany(n => n.Plan.Meters).Select(m => new MeteringPoint(m.Point, m.Point, Carrier.Power, m.Serial, NodePlan.RegisterOf(m)))]);

    private void PlanFaults(SimulatedNode node, long endMs)
    {
        Plan(_faults.PowerCutsPerDay, node.CutPower);
        Plan(_faults.RestartsPerDay, () => node.Restart());
        Plan(_faults.PartitionsPerDay, () => node.Link.Break(PartitionMs()));
        Plan(_faults.HalfOpensPerDay, () => node.Link.HalfOpen(PartitionMs()));
        Plan(_faults.ClockLiesPerDay, () => node.LieAboutTime(Lie(node.UtcMs)));
        for (int channel = 0; channel < node.Plan.Meters.Length; channel++)
        {
            int exchanged = channel;
            if (_random.NextDouble() < _faults.ExchangesPerMeter)
                _time.At(_random.NextInt64(endMs), () => Exchange(node, exchanged));
        }

        void Plan(double perDay, Action strike)
        {
            for (int i = FaultTable.Draw(_random, perDay, _options.Days); i > 0; i--)
                _time.At(_random.NextInt64(endMs), strike);
        }
    }

    private long PartitionMs() => 60_000L * _random.Next(_faults.PartitionMinutesMin, _faults.PartitionMinutesMax);

    private long Lie(long utcMs) => _random.Next(4) switch
    {
        0 => 3_600_000,
        1 => 4_291_747_200_000,
        2 => utcMs - DayMs,
        _ => utcMs + (3_600_000L * _random.Next(-6, 7)),
    };

    // The technician takes the old meter off; the office hears of it and tells the gateway which one serves the point now. Nobody exchanges a meter
    // at a node whose clock was wrong lately: a registry is in force from a time on, and such a label may lie behind it.
    private void Exchange(SimulatedNode node, int channel)
    {
        if (!node.IsOn || !node.HasToldTheTime(ClockRightMs))
            return;
        node.Restart(() =>
        {
            node.Plan.Exchange(channel, _random);
            _time.After(_random.Next(OfficeMsMin, OfficeMsMax), _site.TellRegistry);
        });
    }

    // Wherever pulses may be missing, somebody comes within hours, reads the dial and has the register aligned.
    private void PlanTechnician(SimulatedNode node)
    {
        _time.After(_random.Next(1, 6) * 3_600_000L, () =>
        {
            int channel = node.FindDoubt();
            if (channel >= 0)
                _site.Align(node, channel);
            PlanTechnician(node);
        });
    }

    private void Heal()
    {
        HeadEnd.IsHealed = true;
        _site.Heal();
    }
}
