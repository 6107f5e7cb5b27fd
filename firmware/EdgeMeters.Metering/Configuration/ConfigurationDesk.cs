using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>Takes configurations from the gateway, and sees the one in force through its trial. Used by the uplink's loop only.</summary>
public sealed class ConfigurationDesk
{
    /// <summary>Time for the first receipt under a new configuration. Longer than the longest backoff and a gateway's restart together.</summary>
    public const long TrialMs = 3600 * 1000;

    private const int Stored = 0;
    private const int Confirmed = 1;
    private const int Reverted = 2;
    private const int Unreadable = 3;

    private readonly ConfigurationStore _store;
    private readonly ReadingJournal _journal;
    private readonly INodeClock _clock;
    private readonly INodeControl _control;
    private bool _isOnTrial;

    /// <param name="store">Loaded.</param>
    public ConfigurationDesk(ConfigurationStore store, ReadingJournal journal, INodeClock clock, INodeControl control)
    {
        _store = store;
        _journal = journal;
        _clock = clock;
        _control = control;
        _isOnTrial = store.IsOnTrial;
    }

    /// <summary>Takes a document whose envelope was verified; the node starts again under it.</summary>
    public bool TryTake(byte[] document, int count)
    {
        bool isStored = _store.TryStore(document, count);
        Tell(VersionOf(document, count), isStored ? Stored : Unreadable);
        if (isStored)
            _control.Restart(RestartReason.Configuration);
        return isStored;
    }

    /// <summary>Ends the trial: well with the first receipt, otherwise when its time is over.</summary>
    /// <param name="receipts">Receipts of the gateway since start.</param>
    public void Step(long receipts)
    {
        if (!_isOnTrial)
            return;
        if (receipts > 0)
        {
            _isOnTrial = false;
            _store.Confirm();
            Tell(_store.Version, Confirmed);
        }
        else if (_clock.MonotonicMs > TrialMs)
        {
            _isOnTrial = false;
            if (!_store.TryRevert())
                return;
            Tell(_store.Version, Reverted);
            _control.Restart(RestartReason.Configuration);
        }
    }

    private static long VersionOf(byte[] document, int count)
    {
        ByteReader reader = new ByteReader();
        BlockEnvelope.OpenBody(reader, document, 0, count);
        return (long)reader.VarUInt();
    }

    private void Tell(long version, int outcome)
    {
        _journal.AppendEvent((uint)(_clock.UtcMs / 1000), EventCode.Configuration, EventBlock.WholeNode, version, outcome);
    }
}
