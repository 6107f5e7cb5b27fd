using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Boards;

/// <summary>What a board has and at which GPIO. The same as its pinout.csv in hardware/boards says; a test holds the two together.</summary>
public sealed class Board
{
    /// <summary>Stands for a pin that the board does not have.</summary>
    public const int NoPin = -1;

    public Board(int number, string name, ChipKind chip, PulseInputPins[] inputs, SerialLinePins[] lines)
    {
        Number = number;
        Name = name;
        Chip = chip;
        Inputs = inputs;
        Lines = lines;
    }

    /// <summary>1 to 255; never given to another board. What <see cref="NodeTable.Board"/> names.</summary>
    public int Number { get; }

    /// <summary>Its folder in hardware/boards.</summary>
    public string Name { get; }

    public ChipKind Chip { get; }

    /// <summary>Pulse inputs in the order of <see cref="ChannelTable.Input"/>.</summary>
    public PulseInputPins[] Inputs { get; }

    /// <summary>RS-485 lines in the order of <see cref="NodeTable.Lines"/>.</summary>
    public SerialLinePins[] Lines { get; }

    /// <summary>True when the board reaches its network by cable, false when by Wi-Fi.</summary>
    public bool HasEthernet { get; set; }

    /// <summary>True with external RAM. An application loaded at run time stays in RAM, and only external RAM has room for it.</summary>
    public bool HasExternalRam { get; set; }

    /// <summary>SPI bus of the external memories; <see cref="NoPin"/> throughout when there is none.</summary>
    public int SpiClock { get; set; } = NoPin;

    public int SpiMosi { get; set; } = NoPin;

    public int SpiMiso { get; set; } = NoPin;

    public int NorSelect { get; set; } = NoPin;

    public int FramSelect { get; set; } = NoPin;

    /// <summary>Output; each edge feeds the external watchdog.</summary>
    public int Watchdog { get; set; } = NoPin;

    /// <summary>Input; low while the supply fails and the hold-up capacitor carries the board.</summary>
    public int SupplyFail { get; set; } = NoPin;

    /// <summary>Output; high lights the status LED.</summary>
    public int StatusLed { get; set; } = NoPin;

    /// <summary>Input; low while the service button is pressed.</summary>
    public int Button { get; set; } = NoPin;

    public bool MayUpdateOverTheAir
    {
        get { return HasExternalRam; }
    }

    /// <summary>Units of the hardware pulse counter, and so the most channels that count with it.</summary>
    public int PulseCounters
    {
        get { return BoardCatalog.PulseCountersOf(Chip); }
    }

    /// <summary>Why a configuration cannot run on this board, or null when it can.</summary>
    public string? RefusalOf(NodeTable table)
    {
        if (table.Board != Number)
            return "The configuration is for board " + table.Board.ToString() + ", this is " + Name + ", board " + Number.ToString() + ".";
        if (table.Lines.Length > Lines.Length)
            return "The configuration has " + table.Lines.Length.ToString() + " serial lines, " + Name + " has " + Lines.Length.ToString() + ".";
        bool[] isTaken = new bool[Inputs.Length];
        int counters = 0;
        for (int i = 0; i < table.Channels.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            if (channel.Kind != ChannelKind.Pulse)
                continue;
            string what = "Channel " + i.ToString() + " ";
            if (channel.Input >= Inputs.Length)
                return what + "is at pulse input " + channel.Input.ToString() + ", " + Name + " has inputs 0 to " + (Inputs.Length - 1).ToString() + ".";
            if (isTaken[channel.Input])
                return what + "is at pulse input " + channel.Input.ToString() + ", where another channel is.";
            isTaken[channel.Input] = true;
            if (channel.Contact == ContactKind.DualReed && Inputs[channel.Input].SecondContact == NoPin)
                return what + "is a dual reed, pulse input " + channel.Input.ToString() + " of " + Name + " takes one contact.";
            if (channel.Contact != ContactKind.Reed)
                counters++;
        }
        return counters <= PulseCounters
            ? null
            : "The configuration counts " + counters.ToString() + " contacts in hardware, " + Name + " has " + PulseCounters.ToString() + " counters.";
    }
}
