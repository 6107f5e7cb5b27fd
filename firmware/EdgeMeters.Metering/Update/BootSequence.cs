using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;

namespace EdgeMeters.Metering.Update;

/// <summary>What the loader does at every start: chooses the image to run, checks it, and goes down the list until one runs.</summary>
/// <remarks>
/// The highest of: confirmed images; an image that waits, if its version is above every confirmed one. Images not above the factory's
/// version are passed over, so that flashing a newer factory application by cable replaces what came by air. A waiting image is marked as
/// tried before it is started: the start after it, if it was not confirmed by then, marks it as failed and takes the next. When no image is
/// good, the factory application runs.
/// </remarks>
public sealed class BootSequence
{
    private readonly ImageSlots _images;
    private readonly ImageChain _chain;
    private readonly uint _factoryVersion;
    private readonly bool[] _isPassedOver = new bool[DocumentSlots.SlotCount];

    public BootSequence(ImageSlots images, IImageMac mac, uint factoryVersion)
    {
        _images = images;
        _chain = new ImageChain(mac);
        _factoryVersion = factoryVersion;
    }

    /// <summary>Runs an application. Returns only if the starter does.</summary>
    public void Run(IApplicationStarter starter)
    {
        try
        {
            SettleTrial();
            for (int slot = Next(); slot != DocumentSlots.None; slot = Next())
            {
                _isPassedOver[slot] = true;
                byte[][]? assemblies = Prepare(slot, starter);
                if (assemblies == null)
                    continue;
                if (starter.TryStart(assemblies, _images.VersionOf(slot), slot))
                    return;
                if (_images.StateOf(slot) == ImageState.OnTrial)
                    _images.TryMarkFailed(slot);
            }
        }
        catch (DeviceException)
        {
            // Without its flash the node still has the factory application, which says what is wrong.
        }
        starter.StartFactory();
    }

    // Tried, and here is the next start without a confirmation: it hung, restarted, or the power went. It is not tried twice.
    private void SettleTrial()
    {
        for (int slot = 0; slot < DocumentSlots.SlotCount; slot++)
        {
            if (_images.StateOf(slot) == ImageState.OnTrial)
                _images.TryMarkFailed(slot);
        }
    }

    private int Next()
    {
        uint confirmed = _images.ConfirmedVersion;
        int best = DocumentSlots.None;
        for (int slot = 0; slot < DocumentSlots.SlotCount; slot++)
        {
            ImageState state = _images.StateOf(slot);
            uint version = _images.VersionOf(slot);
            bool isCandidate = state == ImageState.Confirmed || state == ImageState.Waiting && version > confirmed;
            if (!isCandidate || _isPassedOver[slot] || version <= _factoryVersion)
                continue;
            if (best == DocumentSlots.None || version > _images.VersionOf(best))
                best = slot;
        }
        return best;
    }

    /// <summary>Reads and checks an image and marks it as tried.</summary>
    /// <returns>Null when it must not be started.</returns>
    private byte[][]? Prepare(int slot, IApplicationStarter starter)
    {
        bool isWaiting = _images.StateOf(slot) == ImageState.Waiting;
        byte[][]? assemblies = null;
        UpdateError error;
        try
        {
            assemblies = _images.Read(slot, _chain, out error);
        }
        catch (OutOfMemoryException)
        {
            error = UpdateError.NoMemoryToLoad;
        }
        if (error != UpdateError.None)
        {
            starter.NoteRefusal(_images.VersionOf(slot), error);
            // What was read is not what was signed. A confirmed one was, so that this may be the reading's fault: it is not condemned.
            if (isWaiting && error != UpdateError.NoMemoryToLoad)
                _images.TryMarkFailed(slot);
            return null;
        }
        return isWaiting && !_images.TryMarkTried(slot) ? null : assemblies;
    }
}
