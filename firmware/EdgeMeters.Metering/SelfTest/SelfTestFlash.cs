using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>Flash in memory, with NOR semantics and a power supply that can be cut after any number of programmed bytes.</summary>
internal sealed class SelfTestFlash : IBlockDevice
{
    private readonly byte[] _cells;

    public SelfTestFlash(int sectors, int sectorBytes)
    {
        SectorCount = sectors;
        SectorBytes = sectorBytes;
        _cells = new byte[sectors * sectorBytes];
        for (int sector = 0; sector < sectors; sector++)
            Erase(sector);
    }

    /// <summary>Programmed bytes until the power goes; below zero it stays.</summary>
    public int BytesToCut { get; set; } = -1;

    public int SectorCount { get; }

    public int SectorBytes { get; }

    public int ProgramBytes
    {
        get { return 1; }
    }

    public void Read(int address, byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
            buffer[offset + i] = _cells[address + i];
    }

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (BytesToCut == 0)
                throw new DeviceException("power cut");
            if (BytesToCut > 0)
                BytesToCut--;
            _cells[address + i] &= buffer[offset + i];
        }
    }

    public void Erase(int sector)
    {
        if (BytesToCut == 0)
            throw new DeviceException("power cut");
        for (int i = 0; i < SectorBytes; i++)
            _cells[sector * SectorBytes + i] = 0xFF;
    }

    public void Sync()
    {
    }
}
