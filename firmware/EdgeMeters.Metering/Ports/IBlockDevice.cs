namespace EdgeMeters.Metering.Ports;

/// <summary>Storage in erase sectors with NOR semantics: erase sets bits to 1, program can only clear them.</summary>
/// <remarks>
/// Every method completes or throws <see cref="DeviceException"/>; after a throw the addressed bytes are undefined. Until <see cref="Sync"/>
/// returns, a power cut may keep any part of what was programmed or erased before it.
/// </remarks>
public interface IBlockDevice
{
    /// <summary>Sectors; at least 1. The journal asks for 3.</summary>
    int SectorCount { get; }

    /// <summary>Bytes of a sector: what one <see cref="Erase"/> sets to 0xFF.</summary>
    int SectorBytes { get; }

    /// <summary>Address and length of every <see cref="Program"/> are multiples of it; 1 on most NOR flash, 16 under flash encryption.</summary>
    int ProgramBytes { get; }

    void Read(int address, byte[] buffer, int offset, int count);

    void Program(int address, byte[] buffer, int offset, int count);

    void Erase(int sector);

    /// <summary>Returns when every earlier Program and Erase survives a power cut. The only durability barrier.</summary>
    void Sync();
}
