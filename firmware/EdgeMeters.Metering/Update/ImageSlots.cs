using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Update;

/// <summary>The two application images of a node, and how far each has come. Loader and application see them through this.</summary>
/// <remarks>
/// States are marks in the slot: programmed once, gone with the slot's erase. No state needs a write in two places, so no power cut can find
/// one half done.
/// </remarks>
public sealed class ImageSlots
{
    public const int Marks = 3;

    private const int TriedMark = 0;
    private const int ConfirmedMark = 1;
    private const int FailedMark = 2;

    private readonly ImageTarget _target;
    private readonly ImageHead[] _heads = new ImageHead[DocumentSlots.SlotCount];
    private readonly bool[] _isForThisNode = new bool[DocumentSlots.SlotCount];
    private readonly byte[] _headBytes = new byte[ImageHead.Bytes];
    private readonly ByteReader _reader = new ByteReader();

    /// <param name="device">Where the images lie, and nothing else.</param>
    /// <param name="target">What they must be for.</param>
    /// <exception cref="DeviceException">The device fails or is too small.</exception>
    public ImageSlots(IBlockDevice device, ImageTarget target)
    {
        _target = target;
        Documents = new DocumentSlots(device, Marks);
        for (int slot = 0; slot < DocumentSlots.SlotCount; slot++)
        {
            _heads[slot] = new ImageHead();
            Refresh(slot);
        }
    }

    public DocumentSlots Documents { get; }

    public ImageTarget Target
    {
        get { return _target; }
    }

    public ImageState StateOf(int slot)
    {
        if (!_isForThisNode[slot] || Documents.StateOf(slot) != SlotState.Whole)
            return ImageState.None;
        if (Documents.IsMarked(slot, FailedMark))
            return ImageState.Failed;
        if (Documents.IsMarked(slot, ConfirmedMark))
            return ImageState.Confirmed;
        return Documents.IsMarked(slot, TriedMark) ? ImageState.OnTrial : ImageState.Waiting;
    }

    /// <summary>Version of a slot's image; 0 when there is none for this node.</summary>
    public uint VersionOf(int slot)
    {
        return StateOf(slot) == ImageState.None ? 0 : _heads[slot].Version;
    }

    /// <summary>Highest version that had its healthy hour; 0 when none had.</summary>
    public uint ConfirmedVersion
    {
        get
        {
            uint highest = 0;
            for (int slot = 0; slot < DocumentSlots.SlotCount; slot++)
            {
                if (StateOf(slot) == ImageState.Confirmed && _heads[slot].Version > highest)
                    highest = _heads[slot].Version;
            }
            return highest;
        }
    }

    /// <summary>To be called before a waiting image is started. False when the flash would not take the mark: it must not be started then.</summary>
    public bool TryMarkTried(int slot)
    {
        return Documents.TryMark(slot, TriedMark);
    }

    /// <summary>The image had its healthy hour. False when the flash would not take the mark.</summary>
    public bool TryConfirm(int slot)
    {
        return Documents.TryMark(slot, ConfirmedMark);
    }

    public bool TryMarkFailed(int slot)
    {
        return Documents.TryMark(slot, FailedMark);
    }

    /// <summary>Reads a slot's head again, after a write.</summary>
    public void Refresh(int slot)
    {
        _isForThisNode[slot] = false;
        int bodyBytes = Documents.CountOf(slot) - ImageHead.OverheadBytes;
        if (bodyBytes <= 0)
            return;
        Documents.ReadPart(slot, 0, _headBytes, 0, ImageHead.Bytes);
        ImageHead head = _heads[slot];
        _isForThisNode[slot] = head.Read(_reader, _headBytes) == UpdateError.None
            && _target.Judge(head) == UpdateError.None && head.BodyBytes == bodyBytes;
    }

    /// <summary>Reads an application, each assembly into an array of its length, and checks the code over what was read.</summary>
    /// <remarks>All arrays together are as long as the application. What is authentic is the arrays, and they are what is loaded.</remarks>
    /// <param name="error">Why there is none: NotAssemblies, AssemblyVersion, MacMismatch.</param>
    /// <returns>The assemblies in the order in which they are to be loaded; null when there is no application to be started.</returns>
    public byte[][]? Read(int slot, ImageChain chain, out UpdateError error)
    {
        Documents.ReadPart(slot, 0, _headBytes, 0, ImageHead.Bytes);
        chain.Start(_headBytes);
        byte[][] assemblies = new byte[AssemblyHead.AssembliesMax][];
        int count = 0;
        int at = ImageHead.Bytes;
        int end = at + _heads[slot].BodyBytes;
        bool isOfVersion = true;
        error = UpdateError.NotAssemblies;
        while (at < end)
        {
            byte[]? assembly = count < assemblies.Length ? ReadAssembly(slot, at, end, chain) : null;
            if (assembly == null)
                return null;
            isOfVersion &= AssemblyHead.VersionOf(assembly) == _heads[slot].Version;
            assemblies[count++] = assembly;
            at += assembly.Length;
        }
        byte[] code = new byte[ImageHead.MacBytes];
        Documents.ReadPart(slot, end, code, 0, ImageHead.MacBytes);
        error = !chain.FinishIs(code) ? UpdateError.MacMismatch : count > 1 && !isOfVersion ? UpdateError.AssemblyVersion : UpdateError.None;
        if (error != UpdateError.None)
            return null;
        byte[][] application = new byte[count][];
        Array.Copy(assemblies, 0, application, 0, count);
        return application;
    }

    private byte[]? ReadAssembly(int slot, int at, int end, ImageChain chain)
    {
        byte[] head = new byte[AssemblyHead.Bytes];
        if (end - at < head.Length)
            return null;
        Documents.ReadPart(slot, at, head, 0, head.Length);
        int length = AssemblyHead.LengthOf(head);
        if (length == 0 || length > end - at)
            return null;
        byte[] assembly = new byte[length];
        Array.Copy(head, 0, assembly, 0, head.Length);
        int done = head.Length;
        chain.Append(assembly, 0, done);
        while (done < length)
        {
            int part = length - done < ImageChain.PieceBytes ? length - done : ImageChain.PieceBytes;
            Documents.ReadPart(slot, at + done, assembly, done, part);
            chain.Append(assembly, done, part);
            done += part;
        }
        return assembly;
    }
}
