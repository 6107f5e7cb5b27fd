using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>The journal on flash in memory: appended to, reopened, cut off in mid-write, and drained.</summary>
internal sealed class JournalChecks
{
    private const int Channels = 4;
    private const int Sectors = 4;
    private const int SectorBytes = 1024;
    private const int Rows = 120;
    private const uint StartUtcSeconds = 1790000100;
    private const int PeriodSeconds = 900;

    // A row of these channels takes 26 bytes or more: the cuts fall into its head, its registers and its checksum.
    private const int CutBytesStep = 8;

    private readonly SelfTestReport _report;
    private readonly IBlockMac _mac;
    private readonly SelfTestFlash _flash = new SelfTestFlash(Sectors, SectorBytes);
    private readonly SelfTestEntropy _entropy = new SelfTestEntropy(99);
    private readonly long[] _registers = new long[Channels];
    private readonly byte[] _qualities = new byte[Channels];
    private ReadingJournal _journal;

    public JournalChecks(SelfTestReport report, IBlockMac mac)
    {
        _report = report;
        _mac = mac;
        _journal = new ReadingJournal(_flash, _entropy);
    }

    public void Run()
    {
        _journal.Open(BlockChecks.MakeLayout(Channels), _registers);
        _report.Number("journal is new", _journal.WasNew ? 1 : 0, 1);
        _report.Hex("journal epoch", _journal.Epoch, "46414641");
        for (int row = 1; row <= Rows; row++)
        {
            Append(row);
            if (row % 20 == 0)
                _journal.ReleaseRows((uint)row - 10);
        }
        _journal.AppendEvent(StartUtcSeconds, EventCode.MeterSilent, 3, 1, 0);
        Flash("flash after " + Rows.ToString() + " rows", "ab512639");
        Reopen("reopened", "121 110 2 0-0 3020 3189 3276 3477");
        string[] expected = new string[]
        {
            "121 110 2 0-0 3020 3189 3276 3477",
            "122 110 3 121-121 3020 3189 3276 3477",
            "123 110 4 121-122 3020 3189 3276 3477",
            "125 110 6 121-124 3020 3189 3276 3477",
        };
        for (int i = 0; i < expected.Length; i++)
            CutOff(i * CutBytesStep, expected[i]);
        Flash("flash after the cuts", "2ce0ad55");
        Drain();
    }

    private void Append(int row)
    {
        for (int i = 0; i < Channels; i++)
        {
            _registers[i] += row * 97 % (50 + 3 * i);
            _qualities[i] = row % 11 == 10 && i == 2 ? (byte)Quality.Missing : (byte)Quality.Measured;
        }
        _journal.AppendRow((uint)(StartUtcSeconds + row * PeriodSeconds), ClockQuality.Synchronised, _registers, _qualities);
    }

    private void Reopen(string name, string expected)
    {
        _journal = new ReadingJournal(_flash, _entropy);
        for (int i = 0; i < Channels; i++)
            _registers[i] = 0;
        _journal.Open(BlockChecks.MakeLayout(Channels), _registers);
        _report.Text(name, State(), expected);
    }

    // Next row, last row released, next event, rows skipped for damage, and where the registers go on.
    private string State()
    {
        string told = _journal.NextRow.ToString() + " " + _journal.ReleasedRow.ToString() + " " + _journal.NextEvent.ToString() + " "
            + _journal.SkippedFirst.ToString() + "-" + _journal.SkippedLast.ToString();
        for (int i = 0; i < Channels; i++)
            told = told + " " + _registers[i].ToString();
        return told;
    }

    private void CutOff(int bytes, string expected)
    {
        string told = "kept";
        _flash.BytesToCut = bytes;
        try
        {
            Append((int)_journal.NextRow);
        }
        catch (DeviceException e)
        {
            told = e.Message;
        }
        _flash.BytesToCut = -1;
        _report.Text("after " + bytes.ToString() + " bytes", told, "power cut");
        Reopen("reopened after " + bytes.ToString(), expected);
    }

    private void Drain()
    {
        _journal.AppendEvent(StartUtcSeconds, EventCode.Started, EventBlock.WholeNode, -1, 0);
        Append((int)_journal.NextRow);
        SelfTestUplink uplink = new SelfTestUplink();
        UplinkSession session = new UplinkSession(
            _journal, uplink, new SelfTestClock(), new BlockEnvelope(_mac), _entropy, Limits.BlockBytesMin, 64, null);
        int steps = 0;
        while (!session.IsDrained && steps < 100)
        {
            session.Step();
            steps++;
        }
        _report.Number("steps to drain", steps, 10);
        _report.Text("drained", uplink.Blocks.ToString() + " blocks " + SelfTestReport.HexOf(uplink.Digest, 8), "5 blocks 27bc1257");
        Reopen("reopened drained", "126 125 7 0-0 3045 3230 3305 3507");
    }

    private void Flash(string name, string expected)
    {
        byte[] part = new byte[256];
        uint digest = 0;
        for (int address = 0; address < Sectors * SectorBytes; address += part.Length)
        {
            _flash.Read(address, part, 0, part.Length);
            digest = SelfTestReport.Mix(digest, part, 0, part.Length);
        }
        _report.Hex(name, digest, expected);
    }
}
