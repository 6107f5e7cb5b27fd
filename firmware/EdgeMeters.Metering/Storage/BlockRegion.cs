using System;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Storage;

/// <summary>Some neighbouring sectors of a device, as a device of their own: journal, configuration and images share one flash.</summary>
/// <remarks>
/// What is outside the region cannot be reached through it. Regions of one device may be used by several threads; each call takes the device
/// for itself, so a call may wait for as long as another's erase takes.
/// </remarks>
public sealed class BlockRegion : IBlockDevice
{
    private readonly IBlockDevice _device;
    private readonly int _firstAddress;

    public BlockRegion(IBlockDevice device, int firstSector, int sectorCount)
    {
        if (firstSector < 0 || sectorCount < 1 || firstSector > device.SectorCount - sectorCount)
        {
            throw new DeviceException("A region from sector " + firstSector.ToString() + " on with " + sectorCount.ToString()
                + " sectors does not lie within a device of " + device.SectorCount.ToString() + ": use a larger device or smaller regions.");
        }
        _device = device;
        _firstAddress = firstSector * device.SectorBytes;
        SectorCount = sectorCount;
        SectorBytes = device.SectorBytes;
        ProgramBytes = device.ProgramBytes;
    }

    public int SectorCount { get; }

    public int SectorBytes { get; }

    public int ProgramBytes { get; }

    public void Read(int address, byte[] buffer, int offset, int count)
    {
        RequireWithin(address, count);
        lock (_device)
            _device.Read(_firstAddress + address, buffer, offset, count);
    }

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        RequireWithin(address, count);
        lock (_device)
            _device.Program(_firstAddress + address, buffer, offset, count);
    }

    public void Erase(int sector)
    {
        RequireWithin(sector * SectorBytes, SectorBytes);
        lock (_device)
            _device.Erase(_firstAddress / SectorBytes + sector);
    }

    public void Sync()
    {
        lock (_device)
            _device.Sync();
    }

    private void RequireWithin(int address, int count)
    {
        if (address < 0 || count < 0 || address > SectorCount * SectorBytes - count)
            throw new ArgumentException("outside the region: " + count.ToString() + " bytes at " + address.ToString());
    }
}
