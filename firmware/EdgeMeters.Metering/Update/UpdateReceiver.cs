using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Update;

/// <summary>Takes an image that arrives in chunks, into the slot that does not run.</summary>
/// <remarks>
/// Chunks are taken in their order; one that came before is acknowledged and changes nothing, one too far ahead is refused with the offset that
/// is wanted. The head is judged before anything is erased, the code before the image is put in force. What was received is kept while
/// the node runs, through any outage of the link; a restart begins the image anew. Used by the uplink's loop only.
/// </remarks>
public sealed class UpdateReceiver
{
    private readonly ImageSlots _images;
    private readonly DocumentSlots _documents;
    private readonly ImageChain _chain;
    private readonly uint _runningVersion;
    private readonly int _runningSlot;
    private readonly int _bodyBytesMax;
    private readonly ImageHead _head = new ImageHead();
    private readonly byte[] _headBytes = new byte[ImageHead.Bytes];
    private readonly byte[] _code = new byte[ImageHead.MacBytes];
    private readonly ByteReader _reader = new ByteReader();
    private int _slot = DocumentSlots.None;
    private uint _refusedTransfer;
    private UpdateError _refusal;

    /// <param name="images">The slots.</param>
    /// <param name="mac">The node's update key.</param>
    /// <param name="runningVersion">Version of the application that runs.</param>
    /// <param name="runningSlot">Its slot, or <see cref="DocumentSlots.None"/> for the one that was flashed by cable.</param>
    /// <param name="bodyBytesMax">Longest application that this board can load into memory; 0 for a board that cannot load any.</param>
    public UpdateReceiver(ImageSlots images, IImageMac mac, uint runningVersion, int runningSlot, int bodyBytesMax)
    {
        _images = images;
        _documents = images.Documents;
        _chain = new ImageChain(mac);
        _runningVersion = runningVersion;
        _runningSlot = runningSlot;
        _bodyBytesMax = bodyBytesMax;
    }

    /// <summary>Names the image under way; 0 when there is none.</summary>
    public uint Transfer { get; private set; }

    /// <summary>Where the next chunk must begin.</summary>
    public int NextOffset { get; private set; }

    /// <summary>Bytes of the whole image under way; 0 until its head is here.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>Version of the image that was received whole in this start and waits for the next; 0 when none does.</summary>
    public uint ReadyVersion { get; private set; }

    /// <summary>Takes a chunk.</summary>
    /// <param name="transfer">Names the image that the chunk is of; not 0. Another than before begins another image, at offset 0.</param>
    /// <param name="offset">Where in the image it lies.</param>
    /// <returns>None when the chunk is here now, or was before. Any other error but OutOfOrder ends the transfer.</returns>
    /// <exception cref="DeviceException">The flash is broken.</exception>
    public UpdateError Take(uint transfer, int offset, byte[] buffer, int from, int count)
    {
        if (transfer == 0 || offset < 0 || count <= 0 || from < 0 || from > buffer.Length - count)
            return UpdateError.BadChunk;
        if (transfer != Transfer)
        {
            if (offset != 0)
                return transfer == _refusedTransfer ? _refusal : UpdateError.OutOfOrder;
            Forget();
            Transfer = transfer;
        }
        if (offset > NextOffset)
            return UpdateError.OutOfOrder;
        int skip = NextOffset - offset;
        if (skip >= count)
            return UpdateError.None;
        UpdateError error = Continue(buffer, from + skip, count - skip);
        if (error == UpdateError.None)
            return error;
        // What is under way of the same image will arrive all the same, and is told the same.
        _refusedTransfer = transfer;
        _refusal = error;
        Forget();
        return error;
    }

    private UpdateError Continue(byte[] buffer, int from, int count)
    {
        while (count > 0)
        {
            int codeAt = TotalBytes - ImageHead.MacBytes;
            int end = NextOffset < ImageHead.Bytes ? ImageHead.Bytes : NextOffset < codeAt ? codeAt : TotalBytes;
            int part = end - NextOffset < count ? end - NextOffset : count;
            if (part <= 0)
                return UpdateError.PastEnd;
            UpdateError error = TakePart(buffer, from, part);
            if (error != UpdateError.None)
                return error;
            from += part;
            count -= part;
        }
        return UpdateError.None;
    }

    /// <summary>Takes bytes that all belong to the head, or to the application, or to the code.</summary>
    private UpdateError TakePart(byte[] buffer, int from, int count)
    {
        int at = NextOffset;
        if (at < ImageHead.Bytes)
        {
            Array.Copy(buffer, from, _headBytes, at, count);
            NextOffset += count;
            return NextOffset == ImageHead.Bytes ? Begin() : UpdateError.None;
        }
        int codeAt = TotalBytes - ImageHead.MacBytes;
        if (at < codeAt)
            _chain.Append(buffer, from, count);
        else
            Array.Copy(buffer, from, _code, at - codeAt, count);
        if (!_documents.TryAppend(buffer, from, count))
            return UpdateError.FlashRefused;
        NextOffset += count;
        return NextOffset == TotalBytes ? Complete() : UpdateError.None;
    }

    private UpdateError Begin()
    {
        UpdateError error = _head.Read(_reader, _headBytes);
        if (error == UpdateError.None)
            error = _images.Target.Judge(_head);
        if (error == UpdateError.None)
            error = JudgeVersion();
        if (error != UpdateError.None)
            return error;
        TotalBytes = _head.BodyBytes + ImageHead.OverheadBytes;
        if (_bodyBytesMax == 0)
            return UpdateError.NoMemoryToLoad;
        if (_head.BodyBytes > _bodyBytesMax || TotalBytes > _documents.BytesMax)
            return UpdateError.TooLong;
        if (_runningSlot != DocumentSlots.None && _images.StateOf(_runningSlot) == ImageState.OnTrial)
            return UpdateError.TrialRunning;
        _slot = SlotToFill();
        ReadyVersion = 0;
        _chain.Start(_headBytes);
        bool isBegun = _documents.TryBegin(_slot, TotalBytes) && _documents.TryAppend(_headBytes, 0, ImageHead.Bytes);
        return isBegun ? UpdateError.None : UpdateError.FlashRefused;
    }

    private UpdateError JudgeVersion()
    {
        if (_head.Version <= _runningVersion || _head.Version <= _images.ConfirmedVersion)
            return UpdateError.VersionNotHigher;
        for (int slot = 0; slot < DocumentSlots.SlotCount; slot++)
        {
            if (_images.VersionOf(slot) != _head.Version)
                continue;
            return _images.StateOf(slot) == ImageState.Waiting ? UpdateError.AlreadyHere : UpdateError.FailedBefore;
        }
        return UpdateError.None;
    }

    /// <summary>Never the slot that runs; beside the factory application, the one that is worth less.</summary>
    private int SlotToFill()
    {
        if (_runningSlot != DocumentSlots.None)
            return DocumentSlots.SlotCount - 1 - _runningSlot;
        bool isFirstKept = _images.StateOf(0) == ImageState.Confirmed;
        bool isSecondKept = _images.StateOf(1) == ImageState.Confirmed;
        if (isFirstKept != isSecondKept)
            return isFirstKept ? 1 : 0;
        return _images.VersionOf(0) <= _images.VersionOf(1) ? 0 : 1;
    }

    private UpdateError Complete()
    {
        if (!_chain.FinishIs(_code))
            return UpdateError.MacMismatch;
        if (!_documents.TryCommit())
            return UpdateError.FlashRefused;
        _images.Refresh(_slot);
        if (_images.StateOf(_slot) != ImageState.Waiting)
            return UpdateError.FlashRefused;
        ReadyVersion = _head.Version;
        return UpdateError.None;
    }

    private void Forget()
    {
        if (_documents.IsWriting)
            _documents.Abandon();
        Transfer = 0;
        NextOffset = 0;
        TotalBytes = 0;
    }
}
