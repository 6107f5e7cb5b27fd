using System.Device.Spi;
using System.Threading;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Flash;

/// <summary>Winbond W25Q32, W25Q64 or W25Q128 and parts that answer alike, on SPI mode 0.</summary>
/// <remarks>
/// W25Q128JV datasheet, revision H: 8.2.1 write enable, 8.2.4 status registers, 8.2.6 read, 8.2.13 page program (256 bytes, wraps within its
/// page), 8.2.15 sector erase (4 KiB, 45 ms, at most 400), 8.2.25 release power-down, 8.2.28 JEDEC id; 7.1 protection bits. The commands are
/// the same in W25Q32JV and W25Q64JV. Power may go within a program or an erase: what was addressed is then anything, as the journal expects.
/// </remarks>
public sealed class SpiNorDevice : SpiMemory
{
    private const int PageBytes = 256;
    private const byte Winbond = 0xEF;
    private const byte SectorErase = 0x20;
    private const byte ReleasePowerDown = 0xAB;
    private const byte WriteStatus1 = 0x01;
    private const byte ReadStatus2 = 0x35;
    private const byte WriteStatus2 = 0x31;
    private const byte ReadStatus3 = 0x15;
    private const byte WriteStatus3 = 0x11;

    // BP0-2, TB and SEC protect ranges; CMP turns their meaning round; WPS locks each block at power-on.
    private const int RangeBits = 0x7C;
    private const int ComplementBit = 0x40;
    private const int BlockLocksBit = 0x04;

    /// <exception cref="DeviceException">No such part answers, or it is protected.</exception>
    public SpiNorDevice(SpiDevice spi)
        : base(spi)
    {
        Command(ReleasePowerDown);
        // tRES1 is 3 µs; a restart may come in the middle of an erase, during which a part says nothing but its status.
        Thread.Sleep(1);
        WaitReady();
        byte[] id = ReadIdentification(3);
        if (id[1] != Winbond || (id[2] != 0x40 && id[2] != 0x70) || id[3] < 0x16 || id[3] > 0x18)
            throw Failed("says " + id[1].ToString("X2") + id[2].ToString("X2") + id[3].ToString("X2") + ", no W25Q32, 64 or 128: check part and wiring.", null);
        SectorCount = (1 << id[3]) / SectorBytes;
        ClearBits(ReadStatusCommand, WriteStatus1, RangeBits);
        ClearBits(ReadStatus2, WriteStatus2, ComplementBit);
        ClearBits(ReadStatus3, WriteStatus3, BlockLocksBit);
    }

    public override void Program(int address, byte[] buffer, int offset, int count)
    {
        Require(address, count);
        WaitReady();
        while (count > 0)
        {
            int part = PageBytes - address % PageBytes;
            if (part > count)
                part = count;
            WritePiece(address, buffer, offset, part);
            address += part;
            offset += part;
            count -= part;
        }
    }

    public override void Erase(int sector)
    {
        Require(sector * SectorBytes, SectorBytes);
        WaitReady();
        EnableWrite();
        Command(SectorErase, sector * SectorBytes);
        WaitReady();
    }
}
