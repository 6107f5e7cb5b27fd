using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Forward;
using EdgeMeters.Gateway.Ingest;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Simulation.Disk;
using EdgeMeters.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace EdgeMeters.Simulation.World;

/// <summary>One life of the gateway: its real parts, stepped by the world's clock, on the simulated disk.</summary>
/// <remarks>What MQTT does for the real one is here: a session a node, a block at a time, the receipt after the commit or the connection closed.</remarks>
internal sealed class SimulatedGateway : IDisposable
{
    private const int CommitMsMax = 40;

    /// <summary>Projections and forwarders lag behind by as much: nothing depends on their haste, and a backlog costs less.</summary>
    private const int RoundMsMin = 3_600_000;
    private const int RoundMsMax = 86_400_000;

    /// <summary>Far less than a utility may set, so that a run sees much go and much come late.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromDays(4);
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    private readonly WorldTime _world;
    private readonly Random _random;
    private readonly LogStore _log;
    private readonly Projector _projector;
    private readonly HeldRanges _held;
    private readonly ForwardPump _pump;
    private readonly Pruner _pruner;
    private readonly ForwarderProgress _progress;
    private readonly Dictionary<string, BlockGate> _gates;
    private readonly Queue<(Message Message, IncomingBlock Block, Task<Receipt> Done)> _pending = new();
    private Task<Receipt>? _registering;
    private readonly IReadOnlyList<byte[]> _registries;
    private bool _isCommitPlanned;
    private bool _isForwardPlanned;
    private bool _isOver;

    /// <exception cref="StoreUnavailableException">The disk takes nothing.</exception>
    public SimulatedGateway(
        SimulatedDisk disk, IReadOnlyDictionary<string, byte[]> keys, WorldTime world, GatewayTime time, IForwarder forwarder,
        IReadOnlyList<byte[]> registries, int registered, Random random)
    {
        _world = world;
        _random = random;
        _registries = registries;
        Registered = registered;
        _progress = new ForwarderProgress([forwarder.Name]);
        var files = StoreFiles.OpenOn(disk);
        _log = new LogStore(files, time, isStepped: true);
        try
        {
            _projector = new Projector(files, _log, NullLogger<Projector>.Instance, isStepped: true);
        }
        catch
        {
            _log.Dispose();
            throw;
        }
        _held = new HeldRanges(files);
        _pump = new ForwardPump(forwarder, files, _log, _projector, _progress, time, NullLogger.Instance);
        _pruner = new Pruner(files, () => _progress.ReachedByAll(_projector.Entry), RuleBook.Usual, time, () => true, Keep, Slack);
        _gates = keys.ToDictionary(k => k.Key, k => new BlockGate(k.Key, new HmacBlockMac(k.Key, k.Value)), StringComparer.Ordinal);
        Dialogues = new Dialogues(
            keys.ToDictionary(k => k.Key, k => (IBlockMac)new HmacBlockMac(k.Key, k.Value), StringComparer.Ordinal), "no-documents", time, time,
            new DownlinkMetrics(Metrics.NewCustomRegistry()), NullLogger<Dialogues>.Instance, _held);
        Register();
        PlanRound();
    }

    public Dialogues Dialogues { get; }

    /// <summary>Readings that retention let go.</summary>
    public long Pruned { get; private set; }

    /// <summary>Registries that are in the log.</summary>
    public int Registered { get; private set; }

    /// <summary>Projects and forwards what is committed, without waiting for the next round; true when all of it is at the head-end.</summary>
    public bool TryDrain()
    {
        GoRound();
        return _pending.Count == 0 && _registering == null && _projector.Entry == _log.LastEntry && _progress.ReachedOf(_progress.Names[0]) == _log.LastEntry;
    }

    public string Describe() =>
        $"the log ends at {_log.LastEntry} ({_log.Error ?? "well"}), projections at {_projector.Entry} ({_projector.Error ?? "well"}), "
        + $"forwarder at {_progress.ReachedOf(_progress.Names[0])} ({_progress.ErrorOf(_progress.Names[0]) ?? "well"}), {_pending.Count} pending";

    /// <summary>Takes the office's next registry, if there is one that was not taken.</summary>
    public void Register()
    {
        if (_registering != null || Registered == _registries.Count)
            return;
        _registering = _log.AppendRegistryAsync(_registries[Registered], CancellationToken.None);
        PlanCommit();
    }

    public void Connect(SimulatedLink link)
    {
        Dialogues.Begin(link.Node, link.Session);
        object session = link.Session;
        Dialogues.Open(link.Node, session, document => link.TryTell(session, document));
    }

    public void Disconnect(SimulatedLink link) => Dialogues.End(link.Node, link.Session);

    public void Arrive(Message message)
    {
        if (_isOver)
            return;
        var (error, block, hello) = _gates[message.From.Node].Check(message.Bytes);
        if (error != BlockError.None)
            throw new BrokenPromiseException($"a block of {message.From.Node} was refused: {error}");
        if (hello != null)
        {
            Dialogues.Hear(message.From.Node, message.SessionObject, hello);
            message.From.Acknowledge(message);
            return;
        }
        try
        {
            _pending.Enqueue((message, block!, _log.AppendAsync(block!, CancellationToken.None)));
        }
        catch (StoreUnavailableException)
        {
            message.From.Close();
            return;
        }
        PlanCommit();
    }

    public void Dispose()
    {
        _isOver = true;
        Dialogues.Dispose();
        Quietly(_pump.Close);
        Quietly(_held.Dispose);
        Quietly(_projector.Dispose);
        Quietly(_log.Dispose);
    }

    // A dead disk answers nothing, not even to those who close it.
    private static void Quietly(Action close)
    {
        try
        {
            close();
        }
        catch (Exception e) when (e is Microsoft.Data.Sqlite.SqliteException or ObjectDisposedException)
        {
            // Its life is over.
        }
    }

    private void PlanCommit()
    {
        if (_isCommitPlanned)
            return;
        _isCommitPlanned = true;
        _world.After(_random.Next(1, CommitMsMax), () =>
        {
            _isCommitPlanned = false;
            if (!_isOver)
                Commit();
        });
    }

    private void Commit()
    {
        while (_log.Step())
        {
            // All that waits.
        }
        while (_pending.TryDequeue(out var arrived))
        {
            if (arrived.Done.IsCompletedSuccessfully)
            {
                Dialogues.Tell(arrived.Block);
                arrived.Message.From.Acknowledge(arrived.Message);
            }
            else
            {
                if (arrived.Done.Exception?.InnerException is SequenceConflictException conflict)
                    throw new BrokenPromiseException(conflict.Message);
                arrived.Message.From.Close();
            }
        }
        if (_registering is not { IsCompleted: true })
            return;
        Registered += _registering.IsCompletedSuccessfully ? 1 : 0;
        _registering = null;
        Register();
    }

    private void PlanRound()
    {
        _world.After(_random.Next(RoundMsMin, RoundMsMax), () =>
        {
            if (_isOver)
                return;
            GoRound();
            PlanRound();
        });
    }

    private void GoRound()
    {
        // What retention writes is taken in like anything else.
        Prune();
        while (_projector.Step())
        {
            // All that is committed.
        }
        Forward();
    }

    private void Prune()
    {
        try
        {
            while (!_isOver && _pruner.Next() is { } batch)
            {
                var pruning = _pruner.PruneAsync(_log, batch, CancellationToken.None);
                while (_log.Step())
                {
                    // The commit.
                }
                // It goes on on another thread, whose pace is nothing of this world.
                Task.WaitAny(pruning);
                if (pruning is not { IsCompletedSuccessfully: true, Result: true })
                {
                    _pruner.Reset();
                    return;
                }
                Pruned += batch.Pruning.Readings;
            }
        }
        catch (Exception e) when (e is Microsoft.Data.Sqlite.SqliteException or StoreUnavailableException or StoreDamagedException)
        {
            // The disk; at the next round it may be well again.
            _pruner.Reset();
        }
    }

    // A batch after the other; what hangs, or waits for its next try, is looked at again when it has ended.
    private void Forward()
    {
        while (!_isOver && _pump.Step(CancellationToken.None) is { } under)
        {
            while (!under.IsCompleted && _log.Step())
            {
                // The settlement.
            }
            if (under.IsCompleted)
                continue;
            PlanForward();
            return;
        }
    }

    private void PlanForward()
    {
        if (_isForwardPlanned)
            return;
        _isForwardPlanned = true;
        _world.After(60_000, () =>
        {
            _isForwardPlanned = false;
            if (!_isOver)
                Forward();
        });
    }
}
