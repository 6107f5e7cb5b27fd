using System.Globalization;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>Pinouts and code say the same, and what they say does not hurt the chip.</summary>
public sealed class PinoutTests
{
    private static readonly Dictionary<string, Dictionary<string, string>> Config = IniFile.Read(Repository.PathOf("nf.config"));

    public static TheoryData<string> Boards => new(BoardFolder.Names());

    [Fact]
    public void Every_folder_is_a_board_of_the_code_and_every_board_has_a_folder()
    {
        Board[] boards = Enumerable.Range(1, BoardCatalog.NumberMax).Select(number => BoardCatalog.ByNumber(number)!).ToArray();
        Assert.All(boards, Assert.NotNull);
        Assert.Equal(BoardFolder.Names().Order(), boards.Select(board => board.Name).Order());
        Assert.Equal(Enumerable.Range(1, BoardCatalog.NumberMax), boards.Select(board => board.Number));
        Assert.Null(BoardCatalog.ByNumber(0));
        Assert.Null(BoardCatalog.ByNumber(BoardCatalog.NumberMax + 1));
        Assert.Null(BoardCatalog.ByName("esp32-c3-devkitm"));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_pinout_and_the_code_have_the_same_functions_at_the_same_pins(string name)
    {
        Dictionary<string, int> inCode = PinsOf(BoardCatalog.ByName(name)!);
        Dictionary<string, int> inFile = new BoardFolder(name).UsedPins.ToDictionary(pin => pin["function"], BoardFolder.Gpio);
        Assert.Equal(inCode.OrderBy(pin => pin.Key, StringComparer.Ordinal), inFile.OrderBy(pin => pin.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Serial_lines_and_memories_name_the_peripherals_that_the_code_opens(string name)
    {
        Board board = BoardCatalog.ByName(name)!;
        Dictionary<string, string> peripherals = new BoardFolder(name).Pins.ToDictionary(pin => pin["function"], pin => pin["peripheral"]);
        for (int i = 0; i < board.Lines.Length; i++)
        {
            Assert.InRange(board.Lines[i].Com, 2, 3);
            Assert.Equal($"COM{board.Lines[i].Com}_TX", peripherals[$"RS485_{i + 1}_TX"]);
            Assert.Equal($"COM{board.Lines[i].Com}_RX", peripherals[$"RS485_{i + 1}_RX"]);
            Assert.Equal($"COM{board.Lines[i].Com}_RTS", peripherals[$"RS485_{i + 1}_DE"]);
        }
        Assert.Equal(("SPI1_CLOCK", "SPI1_MOSI", "SPI1_MISO"), (peripherals["SPI_CLK"], peripherals["SPI_MOSI"], peripherals["SPI_MISO"]));
        Assert.Equal(board.Lines.Length, board.Lines.Select(line => line.Com).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void No_pin_is_used_twice_and_every_pin_exists(string name)
    {
        ChipFacts chip = ChipFacts.Of(BoardCatalog.ByName(name)!.Chip);
        int[] gpios = new BoardFolder(name).Pins.Select(BoardFolder.Gpio).ToArray();
        Assert.Equal(gpios.Length, gpios.Distinct().Count());
        Assert.All(gpios, gpio => Assert.Contains(gpio, chip.Exists));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Nothing_is_wired_to_flash_or_console_or_external_RAM(string name)
    {
        Board board = BoardCatalog.ByName(name)!;
        ChipFacts chip = ChipFacts.Of(board.Chip);
        Assert.All(new BoardFolder(name).UsedPins, pin =>
        {
            Assert.DoesNotContain(BoardFolder.Gpio(pin), chip.Flash);
            Assert.DoesNotContain(BoardFolder.Gpio(pin), chip.Console);
            if (board.HasExternalRam)
                Assert.DoesNotContain(BoardFolder.Gpio(pin), chip.ExternalRam);
        });
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Input_only_pins_are_inputs_and_have_a_level_from_outside(string name)
    {
        ChipFacts chip = ChipFacts.Of(BoardCatalog.ByName(name)!.Chip);
        Assert.All(new BoardFolder(name).UsedPins.Where(pin => chip.InputOnly.Contains(BoardFolder.Gpio(pin))), pin =>
        {
            Assert.Equal("in", pin["direction"]);
            Assert.Contains(pin["pull"], new[] { "up", "down", "driven" });
        });
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_strapping_pin_is_no_input_unless_it_says_why_that_is_safe_and_none_is_pulled_into_trouble(string name)
    {
        ChipFacts chip = ChipFacts.Of(BoardCatalog.ByName(name)!.Chip);
        Assert.All(new BoardFolder(name).UsedPins.Where(pin => chip.Strapping.Contains(BoardFolder.Gpio(pin))), pin =>
        {
            if (pin["direction"] == "in")
                Assert.StartsWith("strap-safe: ", pin["notes"]);
            else
                Assert.StartsWith("strapping pin", pin["notes"]);
            if (chip.NeverUp.Contains(BoardFolder.Gpio(pin)))
                Assert.NotEqual("up", pin["pull"]);
        });
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void Every_pin_says_how_it_is_driven_and_none_is_analog(string name)
    {
        Assert.All(new BoardFolder(name).UsedPins, pin =>
        {
            Assert.Contains(pin["direction"], new[] { "in", "out" });
            Assert.Contains(pin["active"], new[] { "low", "high", "edge" });
            Assert.Contains(pin["pull"], new[] { "up", "down", "none", "driven" });
            Assert.False(pin["peripheral"].StartsWith("ADC", StringComparison.Ordinal), "ADC2 does not work beside Wi-Fi, and no board needs an ADC");
            Assert.NotEqual("", pin["connector"]);
        });
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_bus_stays_free_and_the_memories_stay_deselected_while_the_chip_starts(string name)
    {
        Dictionary<string, string> pulls = new BoardFolder(name).UsedPins.ToDictionary(pin => pin["function"], pin => pin["pull"]);
        Assert.All(pulls.Where(pin => pin.Key.EndsWith("_DE", StringComparison.Ordinal)), pin => Assert.Equal("down", pin.Value));
        Assert.All(pulls.Where(pin => pin.Key.EndsWith("_CS", StringComparison.Ordinal)), pin => Assert.Equal("up", pin.Value));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void There_are_no_more_pulse_inputs_than_the_chip_has_counters(string name)
    {
        Board board = BoardCatalog.ByName(name)!;
        string chip = board.Chip.ToString().ToLowerInvariant();
        Assert.Equal(int.Parse(Config["pulse_counters"][chip], CultureInfo.InvariantCulture), board.PulseCounters);
        Assert.InRange(board.Inputs.Length, 1, board.PulseCounters);
    }

    [Fact]
    public void The_WT32_ETH01_keeps_the_pins_of_its_Ethernet()
    {
        // RMII of the ESP32 is at fixed pins (ESP-IDF, "Ethernet": TXD0 19, TX_EN 21, TXD1 22, RXD0 25, RXD1 26, CRS_DV 27); MDC 23 and MDIO 18,
        // clock in at 0 and PHY reset at 16 as in nf-interpreter's ESP32_WT32_ETH01_defconfig and Kconfig.ethernet.
        int[] ethernet = [0, 16, 18, 19, 21, 22, 23, 25, 26, 27];
        BoardFolder folder = new("wt32-eth01");
        Assert.True(BoardCatalog.ByName("wt32-eth01")!.HasEthernet);
        Assert.Equal(ethernet, folder.Pins.Where(BoardFolder.IsReserved).Where(pin => pin["peripheral"] == "RMII").Select(BoardFolder.Gpio).Order());
    }

    [Fact]
    public void Boards_with_external_RAM_keep_its_pins()
    {
        foreach (string name in BoardFolder.Names())
        {
            Board board = BoardCatalog.ByName(name)!;
            int[] kept = new BoardFolder(name).Pins.Where(pin => pin["function"].StartsWith("RESERVED_PSRAM", StringComparison.Ordinal)).Select(BoardFolder.Gpio).ToArray();
            Assert.Equal(board.HasExternalRam, kept.Length > 0);
            Assert.Equal(board.HasExternalRam, board.MayUpdateOverTheAir);
            Assert.All(kept, gpio => Assert.Contains(gpio, ChipFacts.Of(board.Chip).ExternalRam));
        }
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_readme_names_a_firmware_image_that_is_pinned_and_fits_the_chip(string name)
    {
        Board board = BoardCatalog.ByName(name)!;
        string[] images = Config["targets"].Keys.Where(target => new BoardFolder(name).Readme.Contains($"Firmware image: `{target}`")).ToArray();
        string image = Assert.Single(images);
        Assert.Equal(board.Chip.ToString().ToLowerInvariant(), Config["targets"][image]);
        Assert.Null(BoardCatalog.RefusalOf(board, image));
    }

    [Theory]
    [InlineData("esp32-devkitc", "J2", "- - 36 39 34 35 32 33 25 26 27 14 12 - 13 9 10 11 -")]
    [InlineData("esp32-devkitc", "J3", "- 23 22 1 3 21 - 19 18 5 17 16 4 0 2 15 8 7 6")]
    [InlineData("esp32-s3-devkitc", "J1", "- - - 4 5 6 7 15 16 17 18 8 3 46 9 10 11 12 13 14 - -")]
    [InlineData("esp32-s3-devkitc", "J3", "- 43 44 1 2 42 41 40 39 38 37 36 35 0 45 48 47 21 20 19 - -")]
    public void Header_pins_are_those_of_the_makers_guide(string name, string header, string gpios)
    {
        // Espressif's esp-dev-kits: ESP32-DevKitC V4 and ESP32-S3-DevKitC-1 v1.1 user guides, "Header Block"; from pin 1 on.
        string[] expected = gpios.Split(' ');
        Dictionary<string, string>[] pins = new BoardFolder(name).Pins.Where(pin => pin["connector"].StartsWith(header + "-", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(pins);
        Assert.All(pins, pin => Assert.Equal(expected[int.Parse(pin["connector"].Split('-')[1], CultureInfo.InvariantCulture) - 1], pin["gpio"]));
    }

    private static Dictionary<string, int> PinsOf(Board board)
    {
        var pins = new Dictionary<string, int>
        {
            ["SPI_CLK"] = board.SpiClock,
            ["SPI_MOSI"] = board.SpiMosi,
            ["SPI_MISO"] = board.SpiMiso,
            ["NOR_CS"] = board.NorSelect,
            ["FRAM_CS"] = board.FramSelect,
            ["WATCHDOG"] = board.Watchdog,
            ["SUPPLY_FAIL"] = board.SupplyFail,
            ["STATUS_LED"] = board.StatusLed,
            ["BUTTON"] = board.Button,
        };
        for (int i = 0; i < board.Inputs.Length; i++)
        {
            pins[$"PULSE{i + 1}"] = board.Inputs[i].Contact;
            pins[$"PULSE{i + 1}_B"] = board.Inputs[i].SecondContact;
            pins[$"CABLE{i + 1}"] = board.Inputs[i].Cable;
        }
        for (int i = 0; i < board.Lines.Length; i++)
        {
            pins[$"RS485_{i + 1}_TX"] = board.Lines[i].Transmit;
            pins[$"RS485_{i + 1}_RX"] = board.Lines[i].Receive;
            pins[$"RS485_{i + 1}_DE"] = board.Lines[i].DriverEnable;
        }
        return pins.Where(pin => pin.Value != Board.NoPin).ToDictionary();
    }
}
