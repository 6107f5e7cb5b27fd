namespace EdgeMeters.Metering.Boards;

/// <summary>The boards we know. Asked for once at start: each answer is made anew.</summary>
public static class BoardCatalog
{
    /// <summary>Numbers run from 1 to this.</summary>
    public const int NumberMax = 4;

    /// <summary>Null for a number that is no board's.</summary>
    public static Board? ByNumber(int number)
    {
        switch (number)
        {
            case 1:
                return Esp32DevKitC();
            case 2:
                return Wt32Eth01();
            case 3:
                return Esp32S3DevKitC();
            case 4:
                return EmDin1();
            default:
                return null;
        }
    }

    /// <summary>Null for a name that is no board's.</summary>
    public static Board? ByName(string name)
    {
        for (int number = 1; number <= NumberMax; number++)
        {
            Board? board = ByNumber(number);
            if (board != null && board.Name == name)
                return board;
        }
        return null;
    }

    /// <summary>The chip that a firmware image of nanoFramework runs on, by the image's name.</summary>
    public static ChipKind ChipOf(string targetName)
    {
        if (StartsWith(targetName, "ESP32_S3"))
            return ChipKind.Esp32S3;
        if (StartsWith(targetName, "ESP32_C61"))
            return ChipKind.Esp32C61;
        if (StartsWith(targetName, "ESP32_C6"))
            return ChipKind.Esp32C6;
        if (StartsWith(targetName, "ESP32_C3"))
            return ChipKind.Esp32C3;
        if (StartsWith(targetName, "ESP32_REV") || StartsWith(targetName, "ESP32_PSRAM_REV")
            || StartsWith(targetName, "ESP32_WT32_ETH01") || StartsWith(targetName, "ESP32_OLIMEX"))
            return ChipKind.Esp32;
        return ChipKind.Unknown;
    }

    /// <summary>Units of the chip's pulse counter (PCNT), 0 when it has none.</summary>
    public static int PulseCountersOf(ChipKind chip)
    {
        switch (chip)
        {
            case ChipKind.Esp32:
                return 8;
            case ChipKind.Esp32S3:
            case ChipKind.Esp32C6:
                return 4;
            default:
                return 0;
        }
    }

    /// <summary>Why a node cannot run on what it finds itself on, or null when it can.</summary>
    /// <param name="board">The board that the configuration names.</param>
    /// <param name="targetName">The firmware image that runs.</param>
    public static string? RefusalOf(Board board, string targetName)
    {
        ChipKind chip = ChipOf(targetName);
        if (chip == ChipKind.Unknown)
            return "The firmware image " + targetName + " is for no chip that is supported: nf.config lists those that are.";
        if (PulseCountersOf(chip) == 0)
            return "The chip of the firmware image " + targetName + " has no hardware pulse counter and would lose pulses: use an ESP32-S3 or ESP32-C6.";
        if (chip != board.Chip)
            return "The firmware image " + targetName + " is not for the chip of " + board.Name + ": correct the configuration or flash the right image.";
        return null;
    }

    private static Board Esp32DevKitC()
    {
        Board board = new Board(1, "esp32-devkitc", ChipKind.Esp32,
            new PulseInputPins[] { Supervised(34, 14, 36), Single(35), Single(32), Single(33), Single(25), Single(26) },
            new SerialLinePins[] { new SerialLinePins(2, 13, 4, 27) });
        board.HasExternalRam = true;
        SetMemories(board, 18, 23, 19, 5, 15);
        SetPanel(board, 22, 39, 21, 0);
        return board;
    }

    private static Board Wt32Eth01()
    {
        Board board = new Board(2, "wt32-eth01", ChipKind.Esp32,
            new PulseInputPins[] { Single(35), Single(36) },
            new SerialLinePins[] { new SerialLinePins(2, 17, 5, 33) });
        board.HasEthernet = true;
        SetMemories(board, 12, 15, 14, 32, Board.NoPin);
        SetPanel(board, 4, 39, 2, Board.NoPin);
        return board;
    }

    private static Board Esp32S3DevKitC()
    {
        Board board = new Board(3, "esp32-s3-devkitc", ChipKind.Esp32S3,
            new PulseInputPins[] { Supervised(4, 15, 16), Single(5), Single(6), Single(7) },
            new SerialLinePins[] { new SerialLinePins(2, 17, 18, 8) });
        board.HasExternalRam = true;
        SetMemories(board, 12, 11, 13, 10, 9);
        SetPanel(board, 21, 1, 2, 0);
        return board;
    }

    private static Board EmDin1()
    {
        Board board = new Board(4, "em-din1", ChipKind.Esp32S3,
            new PulseInputPins[] { Supervised(4, 15, 17), Supervised(5, 16, 18), Single(6), Single(7) },
            new SerialLinePins[] { new SerialLinePins(2, 9, 10, 11), new SerialLinePins(3, 12, 13, 14) });
        board.HasExternalRam = true;
        SetMemories(board, 39, 40, 41, 42, 2);
        SetPanel(board, 21, 1, 8, 38);
        return board;
    }

    private static PulseInputPins Single(int contact)
    {
        return new PulseInputPins(contact, Board.NoPin, Board.NoPin);
    }

    private static PulseInputPins Supervised(int contact, int secondContact, int cable)
    {
        return new PulseInputPins(contact, secondContact, cable);
    }

    private static void SetMemories(Board board, int clock, int mosi, int miso, int norSelect, int framSelect)
    {
        board.SpiClock = clock;
        board.SpiMosi = mosi;
        board.SpiMiso = miso;
        board.NorSelect = norSelect;
        board.FramSelect = framSelect;
    }

    private static void SetPanel(Board board, int watchdog, int supplyFail, int statusLed, int button)
    {
        board.Watchdog = watchdog;
        board.SupplyFail = supplyFail;
        board.StatusLed = statusLed;
        board.Button = button;
    }

    private static bool StartsWith(string text, string start)
    {
        if (text.Length < start.Length)
            return false;
        for (int i = 0; i < start.Length; i++)
        {
            if (text[i] != start[i])
                return false;
        }
        return true;
    }
}
