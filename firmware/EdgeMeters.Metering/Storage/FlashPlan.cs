using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Storage;

/// <summary>Where things lie on a board's external flash: images first, and the journal has the rest.</summary>
/// <remarks>The loader, which is never updated, and every application must agree on it: the place of the images never changes.</remarks>
public sealed class FlashPlan
{
    /// <summary>One slot: room for half as much again as today's application.</summary>
    public const int ImageSlotBytes = 256 * 1024;

    private const int JournalSectorsMin = 3;

    private FlashPlan(IBlockDevice? images, IBlockDevice journal)
    {
        Images = images;
        Journal = journal;
    }

    /// <summary>Both image slots; null where the device has no room for them.</summary>
    public IBlockDevice? Images { get; }

    public IBlockDevice Journal { get; }

    /// <summary>Divides a device.</summary>
    /// <param name="device">The flash. Where images are wanted it has room for two slots and as much again; a smaller one gets none.</param>
    /// <param name="isForImages">False on a board that cannot load an application, and for a device that has other places for it.</param>
    /// <exception cref="DeviceException">Too small even for a journal.</exception>
    public static FlashPlan Of(IBlockDevice device, bool isForImages)
    {
        int slotSectors = (ImageSlotBytes + device.SectorBytes - 1) / device.SectorBytes;
        int imageSectors = isForImages && device.SectorCount >= 4 * slotSectors ? 2 * slotSectors : 0;
        int journalSectors = device.SectorCount - imageSectors;
        if (journalSectors < JournalSectorsMin)
        {
            throw new DeviceException("A device of " + device.SectorCount.ToString() + " sectors is too small: a journal needs at least "
                + JournalSectorsMin.ToString() + ".");
        }
        return new FlashPlan(
            imageSectors == 0 ? null : new BlockRegion(device, 0, imageSectors),
            new BlockRegion(device, imageSectors, journalSectors));
    }
}
