using System;
using System.Device.Spi;
using System.Threading;
using EdgeMeters.Metering.Ports;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node.Flash;

/// <summary>What serial memories have in common: status, write enable latch, reading and writing at an address of three bytes.</summary>
/// <remarks>
/// Every transfer is full duplex with as many bytes to send as to receive: the driver clocks the longer of the two and lets DMA run over the
/// end of the shorter. All parts at one bus run at the clock and mode of the one that was opened first (cpu_spi.cpp).
/// </remarks>
public abstract class SpiMemory : IBlockDevice
{
    /// <summary>The longest piece of one transfer, a page of NOR flash.</summary>
    protected const int PieceBytes = 256;

    protected const byte ReadStatusCommand = 0x05;

    private const byte WriteCommand = 0x02;
    private const byte ReadCommand = 0x03;
    private const byte WriteEnable = 0x06;
    private const byte Identify = 0x9F;
    private const int Busy = 1;
    private const int WriteEnabled = 2;

    // The longest wait of all parts is a sector erase, 400 ms; a status register takes 15 ms, a page 3 ms.
    private const int ReadyMsMax = 3000;

    // Shorter than this it is cheaper to ask again than to sleep, which takes 10 to 20 ms.
    private const int AskUs = 5000;

    private readonly SpiDevice _spi;
    private readonly byte[] _sent = new byte[4 + PieceBytes];
    private readonly byte[] _received = new byte[4 + PieceBytes];

    protected SpiMemory(SpiDevice spi)
    {
        _spi = spi;
    }

    public int SectorCount { get; protected set; }

    public int SectorBytes
    {
        get { return 4096; }
    }

    public int ProgramBytes
    {
        get { return 1; }
    }

    public void Read(int address, byte[] buffer, int offset, int count)
    {
        Require(address, count);
        WaitReady();
        while (count > 0)
        {
            int part = count < PieceBytes ? count : PieceBytes;
            PutAddress(ReadCommand, address);
            Transfer(4 + part);
            Array.Copy(_received, 4, buffer, offset, part);
            address += part;
            offset += part;
            count -= part;
        }
    }

    public abstract void Program(int address, byte[] buffer, int offset, int count);

    public abstract void Erase(int sector);

    public void Sync()
    {
        WaitReady();
    }

    /// <summary>Writes within a page.</summary>
    protected void WritePiece(int address, byte[] buffer, int offset, int count)
    {
        EnableWrite();
        PutAddress(WriteCommand, address);
        Array.Copy(buffer, offset, _sent, 4, count);
        Transfer(4 + count);
        WaitReady();
    }

    protected void Command(byte command, int address)
    {
        PutAddress(command, address);
        Transfer(4);
    }

    protected void Command(byte command)
    {
        _sent[0] = command;
        Transfer(1);
    }

    protected int ReadRegister(byte command)
    {
        _sent[0] = command;
        _sent[1] = 0;
        Transfer(2);
        return _received[1];
    }

    /// <summary>Clears bits of a register that does not forget, which protect what is to be written, unless they are clear.</summary>
    protected void ClearBits(byte read, byte write, int bits)
    {
        int before = ReadRegister(read);
        if ((before & bits) == 0)
            return;
        EnableWrite();
        _sent[0] = write;
        _sent[1] = (byte)(before & ~bits);
        Transfer(2);
        WaitReady();
        if ((ReadRegister(read) & bits) != 0)
            throw Failed("is write-protected: pull its /WP pin high.", null);
    }

    /// <returns>Bytes of the identification from offset 1.</returns>
    protected byte[] ReadIdentification(int count)
    {
        for (int i = 1; i <= count; i++)
            _sent[i] = 0;
        _sent[0] = Identify;
        Transfer(1 + count);
        return _received;
    }

    protected void EnableWrite()
    {
        Command(WriteEnable);
        // A part that does not take this would ignore in silence what follows.
        if ((ReadRegister(ReadStatusCommand) & WriteEnabled) == 0)
            throw Failed("does not enable writing: check its supply and its wiring.", null);
    }

    protected void WaitReady()
    {
        ulong begunUs = HighResTimer.GetCurrent();
        while ((ReadRegister(ReadStatusCommand) & Busy) != 0)
        {
            ulong waitedUs = HighResTimer.GetCurrent() - begunUs;
            if (waitedUs > ReadyMsMax * 1000UL)
                throw Failed("is busy for ever: check its wiring, or replace it.", null);
            if (waitedUs > AskUs)
                Thread.Sleep(1);
        }
    }

    protected void Require(int address, int count)
    {
        if (address < 0 || count < 0 || address > SectorCount * SectorBytes - count)
            throw new ArgumentException("outside the memory: " + count.ToString() + " bytes at " + address.ToString());
    }

    protected DeviceException Failed(string what, Exception? cause)
    {
        string message = "The SPI memory with chip select " + _spi.ConnectionSettings.ChipSelectLine.ToString() + " " + what;
        return cause == null ? new DeviceException(message) : new DeviceException(message, cause);
    }

    private void PutAddress(byte command, int address)
    {
        _sent[0] = command;
        _sent[1] = (byte)(address >> 16);
        _sent[2] = (byte)(address >> 8);
        _sent[3] = (byte)address;
    }

    private void Transfer(int count)
    {
        try
        {
            _spi.TransferFullDuplex(new SpanByte(_sent, 0, count), new SpanByte(_received, 0, count));
        }
        catch (Exception e)
        {
            throw Failed("cannot be reached (" + e.Message + "): check the bus and its pins.", e);
        }
    }
}
