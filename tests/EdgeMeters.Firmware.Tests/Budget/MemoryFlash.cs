using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>NOR flash that never fails and allocates nothing. May take time, as an erase does.</summary>
internal sealed class MemoryFlash : IBlockDevice
{
    private readonly byte[] _bytes;

    public MemoryFlash(int sectorCount, int sectorBytes)
    {
        SectorCount = sectorCount;
        SectorBytes = sectorBytes;
        _bytes = new byte[sectorCount * sectorBytes];
        Array.Fill(_bytes, (byte)0xFF);
    }

    public int SectorCount { get; }

    public int SectorBytes { get; }

    public int ProgramBytes => 1;

    public int Erases { get; private set; }

    /// <summary>Called with every program (false) and erase (true).</summary>
    public Action<bool>? Busy { get; set; }

    public void Read(int address, byte[] buffer, int offset, int count) => Array.Copy(_bytes, address, buffer, offset, count);

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
            _bytes[address + i] &= buffer[offset + i];
        Busy?.Invoke(false);
    }

    public void Erase(int sector)
    {
        Array.Fill(_bytes, (byte)0xFF, sector * SectorBytes, SectorBytes);
        Erases++;
        Busy?.Invoke(true);
    }

    public void Sync()
    {
        // What is programmed is kept.
    }
}
