using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Store;
using EdgeMeters.Simulation.Disk;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>Where the gateway stands: its disk, its clock, and the gateway itself, which is killed, starved of disk, burnt and replaced.</summary>
internal sealed class SimulatedSite : IDisposable
{
    private const int AlignSeconds = 3600;

    private readonly IReadOnlyDictionary<string, byte[]> _keys;
    private readonly WorldTime _world;
    private readonly FaultTable _faults;
    private readonly SimulatedHeadEnd _headEnd;
    private readonly Func<byte[]> _registry;
    private readonly Random _random;
    private readonly GatewayTime _time;
    private readonly List<SimulatedLink> _links = [];
    private readonly List<byte[]> _registries = [];
    private int _registered;
    private SimulatedDisk _disk;
    private int _disks;
    private long _prunedBefore;

    public SimulatedSite(
        IReadOnlyDictionary<string, byte[]> keys, WorldTime world, FaultTable faults, SimulatedHeadEnd headEnd, Func<byte[]> registry, Random random)
    {
        _keys = keys;
        _world = world;
        _faults = faults;
        _headEnd = headEnd;
        _registry = registry;
        _random = random;
        _time = new GatewayTime(world);
        _disk = NewDisk();
    }

    /// <summary>Null while none runs.</summary>
    public SimulatedGateway? Gateway { get; private set; }

    public int Kills { get; private set; }

    /// <summary>Readings that retention let go.</summary>
    public long Pruned => _prunedBefore + (Gateway?.Pruned ?? 0);

    /// <summary>Brings what is committed to the head-end now; true when all of it is there.</summary>
    public bool TryDrain() => Gateway != null && Gateway.TryDrain();

    /// <summary>What was on the disks that burnt.</summary>
    public HeldEvents Burnt { get; } = new();

    /// <summary>The events that the log holds now.</summary>
    public HeldEvents ReadEvents()
    {
        var held = new HeldEvents();
        held.Add(_disk);
        return held;
    }

    /// <summary>The events as pages and API are told them.</summary>
    public IReadOnlyList<NodeEvent> ListEvents() =>
        new ViewQueries(StoreFiles.OpenOn(_disk), new ForwarderProgress([]), () => null).Events(int.MaxValue);

    public string Describe() => Gateway?.Describe() ?? "no gateway";

    public void Start()
    {
        try
        {
            if (_registries.Count == 0)
                _registries.Add(_registry());
            Gateway = new SimulatedGateway(_disk, _keys, _world, _time, _headEnd, _registries, _registered, new Random(_random.Next()));
        }
        catch (Exception e) when (e is StoreUnavailableException or Microsoft.Data.Sqlite.SqliteException)
        {
            // The disk takes nothing now: the supervisor tries again.
            _disk.Crash();
            _world.After(DownMs(), Start);
        }
    }

    /// <summary>Ends the gateway with whatever it was doing; what its disk had not synced may be gone.</summary>
    public void Kill(long downMs)
    {
        if (Gateway == null)
            return;
        Kills++;
        var killed = Gateway;
        Gateway = null;
        _registered = killed.Registered;
        _prunedBefore += killed.Pruned;
        _disk.Crash();
        killed.Dispose();
        CloseLinks();
        _world.After(downMs, Start);
    }

    public void PlanFaults(int days)
    {
        Plan(_faults.GatewayKillsPerDay, () => Kill(DownMs()));
        Plan(_faults.GatewayKillsPerDay, KillWithinCommit);
        Plan(_faults.DiskErrorsPerDay, () => _disk.FailAt(_random.Next(30), isForEver: false));
        Plan(_faults.DiskFullPerDay, FillDisk);
        Plan(_faults.BlackoutsPerDay, () => BreakAll(60_000L * _random.Next(_faults.PartitionMinutesMin, _faults.PartitionMinutesMax)));
        Plan(_faults.GatewayClockLiesPerDay, LieAboutTime);
        for (int i = 0; i < _faults.GatewaysReplaced; i++)
            _world.At(_random.NextInt64(days * 86_400_000L), Replace);

        void Plan(double perDay, Action strike)
        {
            for (int i = FaultTable.Draw(_random, perDay, days); i > 0; i--)
                _world.At(_random.NextInt64(days * 86_400_000L), strike);
        }
    }

    public void Know(SimulatedLink link) => _links.Add(link);

    /// <summary>The office changed which meter serves which point. It keeps what it said before: a blank gateway is told all of it, in order.</summary>
    public void TellRegistry()
    {
        _registries.Add(_registry());
        Gateway?.Register();
    }

    /// <summary>A technician has a register set to what the dial shows.</summary>
    public void Align(SimulatedNode node, int channel)
    {
        var (dial, register) = node.Look(channel);
        Gateway?.Dialogues.Give(node.Plan.Name, new OrderRequest(CommandCode.AlignRegister, (byte)channel, dial, register, AlignSeconds));
    }

    public void Heal()
    {
        _disk.Heal();
        _time.LieMs = 0;
    }

    public void Dispose()
    {
        Gateway?.Dispose();
        _disk.Dispose();
    }

    private SimulatedDisk NewDisk() => new($"gateway{_disks++}", _random.Next());

    private long DownMs() => _random.Next(1_000, 1000 * _faults.GatewayDownSecondsMax);

    private void KillWithinCommit()
    {
        if (Gateway == null)
            return;
        // From some call on the disk answers nothing any more, and then the process is gone.
        _disk.FailAt(_random.Next(60), isForEver: true);
        var dying = Gateway;
        _world.After(_random.Next(60_000), () =>
        {
            if (Gateway == dying)
                Kill(DownMs());
        });
    }

    private void FillDisk()
    {
        _disk.CapacityBytes = _disk.UsedBytes + _random.Next(65_536);
        var filled = _disk;
        _world.After(60_000L * _random.Next(1, _faults.DiskFullMinutesMax), () => filled.CapacityBytes = long.MaxValue);
    }

    private void LieAboutTime()
    {
        _time.LieMs = 60_000L * _random.Next(-60, 61);
        _world.After(3_600_000, () => _time.LieMs = 0);
    }

    // Burnt with all that was on it; the blank one knows the nodes' keys and the registry, from the office.
    private void Replace()
    {
        _prunedBefore = Pruned;
        Gateway?.Dispose();
        Gateway = null;
        _registered = 0;
        NoteBurnt();
        _disk.Dispose();
        _disk = NewDisk();
        CloseLinks();
        _world.After(60_000L * _random.Next(10, 600), () =>
        {
            if (Gateway == null)
                Start();
        });
    }

    private void NoteBurnt()
    {
        _disk.Crash();
        _disk.Heal();
        try
        {
            Burnt.Add(_disk);
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // It had not come to hold anything yet.
        }
    }

    private void BreakAll(long ms)
    {
        foreach (var link in _links)
            link.Break(ms);
    }

    private void CloseLinks()
    {
        foreach (var link in _links)
            link.Close();
    }
}
