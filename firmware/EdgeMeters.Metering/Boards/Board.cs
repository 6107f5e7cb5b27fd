namespace EdgeMeters.Metering.Boards;

/// <summary>What a board has and at which GPIO. The same as its pinout.csv in hardware/boards says; a test holds the two together.</summary>
public sealed partial class Board
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

    /// <summary>1 to 255; never given to another board. What a configuration names.</summary>
    public int Number { get; }

    /// <summary>Its folder in hardware/boards.</summary>
    public string Name { get; }

    public ChipKind Chip { get; }

    /// <summary>Pulse inputs in the order in which configurations number them.</summary>
    public PulseInputPins[] Inputs { get; }

    /// <summary>RS-485 lines in the order of a configuration's lines.</summary>
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
}
