using System;

namespace EdgeMeters.NanoSimulation.Flash;

/// <summary>A W25Q128JV: programs clear bits and wrap within their page, an erase takes its time, and what is not allowed is ignored in silence.</summary>
public sealed class SimulatedNor : SimulatedSpiMemory
{
    private const int PageBytes = 256;
    private const int SectorBytes = 4096;
    private const int ProgramUs = 700;
    private const int EraseUs = 45000;
    private const int StatusUs = 10000;

    private byte[]? _torn;
    private int _tornAddress;

    public SimulatedNor(byte manufacturer = 0xEF, byte type = 0x40, byte capacity = 0x18)
        : base(1 << capacity, [manufacturer, type, capacity])
    {
    }

    /// <summary>Status register 2; bit 6 turns the meaning of the protection bits round.</summary>
    public byte Status2 { get; set; } = 0x02;

    /// <summary>Status register 3; bit 2 locks every block at power-on.</summary>
    public byte Status3 { get; set; }

    /// <summary>How long an erase takes; at worst 400 ms.</summary>
    public long EraseTakesUs { get; set; } = EraseUs;

    /// <summary>The power goes while the part works: of the page or sector under way some bits are as they were, some as they should be.</summary>
    public void Tear(System.Random random)
    {
        if (_torn == null)
            return;
        for (int i = 0; i < _torn.Length; i++)
        {
            byte reached = (byte)(random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => random.Next(256) });
            int at = _tornAddress + i;
            Cells[at] = (byte)((Cells[at] & reached) | (_torn[i] & ~reached));
        }
    }

    protected override byte AnswerOther(byte command)
    {
        return command switch
        {
            0x35 => Status2,
            0x15 => Status3,
            _ => 0xFF,
        };
    }

    protected override bool AnswersBusyOrOther(byte command) => command is 0x35 or 0x15;

    protected override void Execute(byte command, byte[] sent)
    {
        switch (command)
        {
            case 0x01 or 0x31 or 0x11:
                WriteStatus(command, sent[1]);
                break;
            case 0x02 when Count > 4:
                Program(Address(), sent);
                break;
            case 0x20 when Count == 4:
                Erase(Address() / SectorBytes * SectorBytes);
                break;
            default:
                Ignored++;
                break;
        }
    }

    private bool IsProtected => ((Status & 0x7C) != 0) != ((Status2 & 0x40) != 0) || (Status3 & 0x04) != 0;

    private void WriteStatus(byte command, byte bits)
    {
        BusyUntilUs = NowUs + StatusUs;
        if (IsWriteProtectPinLow)
        {
            Ignored++;
            return;
        }
        if (command == 0x01)
            Status = bits;
        else if (command == 0x31)
            Status2 = bits;
        else
            Status3 = bits;
    }

    private void Program(int address, byte[] sent)
    {
        int page = address / PageBytes * PageBytes;
        Change(page, PageBytes, ProgramUs, () =>
        {
            for (int i = 4; i < Count && i < CommandBytesMax; i++)
                Cells[page + (address + i - 4) % PageBytes] &= sent[i];
        });
    }

    private void Erase(int address) => Change(address, SectorBytes, EraseTakesUs, () => Array.Fill(Cells, (byte)0xFF, address, SectorBytes));

    private void Change(int address, int count, long us, Action change)
    {
        if (IsProtected || IsIgnored(Writes))
        {
            Ignored++;
            Writes += IsProtected ? 0 : 1;
            return;
        }
        Writes++;
        _torn = Cells.AsSpan(address, count).ToArray();
        _tornAddress = address;
        UnderWay?.Invoke();
        change();
        BusyUntilUs = NowUs + us;
        UnderWay?.Invoke();
    }
}
