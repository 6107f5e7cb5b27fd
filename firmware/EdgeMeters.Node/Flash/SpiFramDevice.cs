using System.Device.Spi;
using System.Threading;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Flash;

/// <summary>FRAM of Fujitsu (MB85RS1MT, MB85RS2MT, MB85RS2MTA, MB85RS4MT) or Cypress (FM25V10, FM25V20A, CY15B104Q), on SPI mode 0, as NOR flash.</summary>
/// <remarks>
/// FRAM needs no erase and no waiting; sectors are ours, an erase writes 0xFF. Programming clears bits only, as the journal expects of flash:
/// what is there is read first. Fujitsu MB85RS2MT datasheet (DS501-00023), "Op-codes", "RDID": 04 7F, then density and product; Cypress FM25V10
/// datasheet (001-84499), "Device ID": 7F six times, C2, then family and density. The density counts powers of two.
/// </remarks>
public sealed class SpiFramDevice : SpiMemory
{
    private const byte Wake = 0xAB;
    private const byte WriteStatus = 0x01;
    private const int ProtectBits = 0x8C;

    private readonly byte[] _piece = new byte[PieceBytes];

    /// <exception cref="DeviceException">No such part answers, or it is protected.</exception>
    public SpiFramDevice(SpiDevice spi)
        : base(spi)
    {
        // Wakes a part that sleeps; tREC is 400 µs.
        Command(Wake);
        Thread.Sleep(1);
        byte[] id = ReadIdentification(9);
        int kiB = 0;
        if (id[1] == 0x04 && id[2] == 0x7F)
            kiB = 1 << (id[3] & 0x1F);
        else if (id[1] == 0x7F && id[6] == 0x7F && id[7] == 0xC2)
            kiB = 8 << (id[8] & 0x1F);
        // Smaller parts take addresses of two bytes.
        if (kiB < 128 || kiB > 512)
            throw Failed("says " + id[1].ToString("X2") + id[2].ToString("X2") + id[3].ToString("X2") + ", no FRAM of 1 to 4 Mbit: check part and wiring.", null);
        SectorCount = kiB * 1024 / SectorBytes;
        ClearBits(ReadStatusCommand, WriteStatus, ProtectBits);
    }

    public override void Program(int address, byte[] buffer, int offset, int count)
    {
        Require(address, count);
        while (count > 0)
        {
            int part = count < PieceBytes ? count : PieceBytes;
            Read(address, _piece, 0, part);
            for (int i = 0; i < part; i++)
                _piece[i] &= buffer[offset + i];
            WritePiece(address, _piece, 0, part);
            address += part;
            offset += part;
            count -= part;
        }
    }

    public override void Erase(int sector)
    {
        int address = sector * SectorBytes;
        Require(address, SectorBytes);
        for (int i = 0; i < PieceBytes; i++)
            _piece[i] = 0xFF;
        for (int done = 0; done < SectorBytes; done += PieceBytes)
            WritePiece(address + done, _piece, 0, PieceBytes);
    }
}
