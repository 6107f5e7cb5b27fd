using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Simulation.City;

/// <summary>NOR flash in memory that nothing happens to: faults of the flash are the journal's proof, not the city's.</summary>
internal sealed class LeanFlash : IBlockDevice
{
    private readonly byte[] _cells;

    public LeanFlash(int sectors)
    {
        SectorCount = sectors;
        _cells = new byte[sectors * SectorBytes];
        Array.Fill(_cells, (byte)0xFF);
    }

    public int SectorCount { get; }

    public int SectorBytes => 4096;

    public int ProgramBytes => 1;

    public void Read(int address, byte[] buffer, int offset, int count) => Buffer.BlockCopy(_cells, address, buffer, offset, count);

    public void Program(int address, byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
            _cells[address + i] &= buffer[offset + i];
    }

    public void Erase(int sector) => Array.Fill(_cells, (byte)0xFF, sector * SectorBytes, SectorBytes);

    public void Sync()
    {
        // Nothing is held back.
    }
}
