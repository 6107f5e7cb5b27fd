using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Update;

/// <summary>Takes application images from the gateway, and sees the one that runs through its trial. Used by the uplink's loop only.</summary>
/// <remarks>
/// The gateway sends a few chunks at a time, from where the node's hello says. So a hello is wanted when they are here, when one came out of
/// its turn, and when nothing came for a while.
/// </remarks>
public sealed class UpdateDesk
{
    /// <summary>Chunks that the gateway sends on one hello: as many as wait on the node without being dropped.</summary>
    public const int ChunksPerHello = 4;

    /// <summary>Longest time without a chunk of the image under way before the node asks again.</summary>
    public const int ChunkWaitMs = 20000;

    private const int Stored = 0;
    private const int OnTrial = 1;
    private const int Confirmed = 2;
    private const int RolledBack = 3;
    private const int Refused = 4;

    private readonly ImageSlots _images;
    private readonly UpdateReceiver _receiver;
    private readonly ReadingJournal _journal;
    private readonly INodeClock _clock;
    private readonly INodeControl _control;
    private readonly HealthyHour? _trial;
    private readonly int _runningSlot;
    private readonly ImageChunk _chunk = new ImageChunk();
    private long _rows;
    private long _receipts;
    private uint _refusedTransfer;
    private int _chunksSinceHello;
    private long _lastChunkMs;

    /// <param name="images">The slots.</param>
    /// <param name="receiver">Takes the chunks; knows what this board can load.</param>
    /// <param name="runningSlot">Slot of the application that runs, or <see cref="DocumentSlots.None"/> for the one flashed by cable.</param>
    /// <param name="intervalSeconds">Length of an interval.</param>
    public UpdateDesk(
        ImageSlots images, UpdateReceiver receiver, int runningSlot, int intervalSeconds, ReadingJournal journal, INodeClock clock, INodeControl control)
    {
        _images = images;
        _receiver = receiver;
        _runningSlot = runningSlot;
        _journal = journal;
        _clock = clock;
        _control = control;
        _rows = journal.NextRow;
        if (runningSlot == DocumentSlots.None || images.StateOf(runningSlot) != ImageState.OnTrial)
            return;
        _trial = new HealthyHour(clock, intervalSeconds);
        Tell(images.VersionOf(runningSlot), OnTrial);
    }

    /// <summary>Names the image under way, 0 when there is none.</summary>
    public uint Transfer
    {
        get { return _receiver.Transfer; }
    }

    /// <summary>Where in the image the next chunk must begin.</summary>
    public int NextOffset
    {
        get { return _receiver.NextOffset; }
    }

    /// <summary>True when the gateway waits to be told where to go on.</summary>
    public bool IsHelloWanted
    {
        get
        {
            return _chunksSinceHello >= ChunksPerHello
                || _receiver.Transfer != 0 && _clock.MonotonicMs - _lastChunkMs > ChunkWaitMs;
        }
    }

    /// <summary>A hello is on its way.</summary>
    public void NoteHello()
    {
        _chunksSinceHello = 0;
        _lastChunkMs = _clock.MonotonicMs;
    }

    /// <summary>Takes a chunk whose envelope was verified; with the last one the node starts again under the image.</summary>
    public bool TryTake(byte[] document, int count)
    {
        if (_chunk.TryRead(document, count) != BlockError.None || _receiver.ReadyVersion != 0)
            return false;
        UpdateError error = _receiver.Take(_chunk.Transfer, _chunk.Offset, document, _chunk.PieceAt, _chunk.PieceBytes);
        _lastChunkMs = _clock.MonotonicMs;
        _chunksSinceHello++;
        if (error == UpdateError.OutOfOrder)
            return false;
        if (error != UpdateError.None)
        {
            // Told once: the rest of the image is still under way and is refused for the same reason.
            if (_refusedTransfer != _chunk.Transfer)
                Tell((long)error, Refused);
            _refusedTransfer = _chunk.Transfer;
            return false;
        }
        if (_receiver.ReadyVersion == 0)
            return true;
        Tell(_receiver.ReadyVersion, Stored);
        _control.Restart(RestartReason.Update);
        return true;
    }

    /// <summary>Sees the application on trial through its healthy hour.</summary>
    /// <param name="receipts">Receipts of the gateway since start.</param>
    public void Step(long receipts)
    {
        if (_trial == null || _images.StateOf(_runningSlot) != ImageState.OnTrial)
            return;
        if (_journal.NextRow != _rows)
            _trial.NoteRow();
        if (receipts != _receipts)
            _trial.NoteReceipt();
        _rows = _journal.NextRow;
        _receipts = receipts;
        TrialVerdict verdict = _trial.Judge();
        if (verdict == TrialVerdict.Healthy)
        {
            // A mark that the flash does not take is tried again in the next round; until then the trial goes on.
            if (_images.TryConfirm(_runningSlot))
                Tell(_images.VersionOf(_runningSlot), Confirmed);
        }
        else if (verdict == TrialVerdict.Failed)
        {
            Tell(_images.VersionOf(_runningSlot), RolledBack);
            _images.TryMarkFailed(_runningSlot);
            _control.Restart(RestartReason.Rollback);
        }
    }

    private void Tell(long version, int outcome)
    {
        _journal.AppendEvent((uint)(_clock.UtcMs / 1000), EventCode.Update, EventBlock.WholeNode, version, outcome);
    }
}
