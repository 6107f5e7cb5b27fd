using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Uplink;

/// <summary>What the threads of a link tell each other: the session that stands, the block under way, the documents that wait.</summary>
/// <remarks>
/// For adapters whose library calls back from threads of its own, some of them long after their connection ended. Every call of theirs names
/// the session it belongs to; what belongs to another is nobody's. Safe for any number of threads; allocates nothing.
/// </remarks>
public sealed class UplinkDesk
{
    /// <summary>Documents that wait; the gateway says again what is dropped.</summary>
    public const int DocumentsMax = 4;

    private const int None = -1;

    private readonly object _gate = new object();
    private readonly byte[]?[] _documents = new byte[]?[DocumentsMax];
    private readonly int _documentBytesMax;
    private int _firstDocument;
    private int _waitingDocuments;
    private int _session;
    private bool _isOpen;
    private int _messageId = None;
    private UplinkOutcome _outcome = UplinkOutcome.Failed;

    /// <param name="documentBytesMax">A longer document is dropped when it comes.</param>
    public UplinkDesk(int documentBytesMax)
    {
        _documentBytesMax = documentBytesMax;
    }

    /// <summary>Documents that were dropped: too long, or more than could wait.</summary>
    public long DocumentsDropped { get; private set; }

    public bool IsOpen
    {
        get { lock (_gate) return _isOpen; }
    }

    /// <summary>Number of the latest session, standing or not.</summary>
    public int Session
    {
        get { lock (_gate) return _session; }
    }

    public UplinkOutcome Outcome
    {
        get { lock (_gate) return _outcome; }
    }

    /// <summary>A connection is begun; those before it are nobody's from here on.</summary>
    /// <returns>The number by which its calls are known.</returns>
    public int Begin()
    {
        lock (_gate)
        {
            End();
            return ++_session;
        }
    }

    /// <summary>The session stands.</summary>
    public void Open(int session)
    {
        lock (_gate)
            _isOpen = session == _session;
    }

    /// <summary>The session ended. A block that is under way has failed; documents that came are still taken.</summary>
    public void Close(int session)
    {
        lock (_gate)
        {
            if (session == _session)
                End();
        }
    }

    /// <summary>A block goes under way. Its message has no number yet, so whoever hands it to the library does both under this lock.</summary>
    public object SendGate
    {
        get { return _gate; }
    }

    /// <summary>The library took the block under a number; call it inside <see cref="SendGate"/>, in which the number was given.</summary>
    public void NoteSent(int messageId)
    {
        lock (_gate)
        {
            _messageId = messageId;
            _outcome = _isOpen ? UplinkOutcome.Pending : UplinkOutcome.Failed;
        }
    }

    /// <summary>The library would not take the block, or no receipt came in time.</summary>
    public void NoteFailed()
    {
        lock (_gate)
        {
            _messageId = None;
            _outcome = UplinkOutcome.Failed;
        }
    }

    /// <summary>A message was settled. It counts for the one block under way in the session that stands, and for nothing else.</summary>
    /// <param name="session">Whose message it was.</param>
    /// <param name="messageId">The library's number of it.</param>
    /// <param name="wasAcknowledged">True only for the gateway's own acknowledgement.</param>
    public void NoteSettled(int session, int messageId, bool wasAcknowledged)
    {
        lock (_gate)
        {
            if (session != _session || messageId != _messageId || _outcome != UplinkOutcome.Pending)
                return;
            _messageId = None;
            _outcome = wasAcknowledged ? UplinkOutcome.Received : UplinkOutcome.Failed;
        }
    }

    /// <summary>A document came. The desk keeps the array: it must not change any more.</summary>
    public void Offer(int session, byte[] document)
    {
        lock (_gate)
        {
            if (session != _session || document.Length == 0)
                return;
            if (document.Length > _documentBytesMax || _waitingDocuments == DocumentsMax)
            {
                DocumentsDropped++;
                return;
            }
            _documents[(_firstDocument + _waitingDocuments) % DocumentsMax] = document;
            _waitingDocuments++;
        }
    }

    /// <summary>As <see cref="IUplink.TryTake"/>.</summary>
    public int TryTake(byte[] buffer)
    {
        lock (_gate)
        {
            while (_waitingDocuments > 0)
            {
                byte[]? document = _documents[_firstDocument];
                _documents[_firstDocument] = null;
                _firstDocument = (_firstDocument + 1) % DocumentsMax;
                _waitingDocuments--;
                if (document == null || document.Length > buffer.Length)
                {
                    DocumentsDropped++;
                    continue;
                }
                System.Array.Copy(document, 0, buffer, 0, document.Length);
                return document.Length;
            }
            return 0;
        }
    }

    private void End()
    {
        _isOpen = false;
        _messageId = None;
        if (_outcome == UplinkOutcome.Pending)
            _outcome = UplinkOutcome.Failed;
    }
}
