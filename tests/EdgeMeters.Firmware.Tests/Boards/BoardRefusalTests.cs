using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Boards;

/// <summary>A configuration or a chip that does not fit is refused with the reason, before any pin is touched.</summary>
public sealed class BoardRefusalTests
{
    private static readonly Board EmDin1 = BoardCatalog.ByName("em-din1")!;
    private static readonly Board Wt32 = BoardCatalog.ByName("wt32-eth01")!;

    [Theory]
    [InlineData("ESP32_C3", "no hardware pulse counter", "ESP32-S3 or ESP32-C6")]
    [InlineData("ESP32_C3_BETA", "no hardware pulse counter", "ESP32-S3 or ESP32-C6")]
    [InlineData("ESP32_C61", "no hardware pulse counter", "ESP32-S3 or ESP32-C6")]
    [InlineData("ESP32_H2_THREAD", "no chip that is supported", "nf.config")]
    [InlineData("", "no chip that is supported", "nf.config")]
    [InlineData("ESP32_PSRAM_REV3", "not for the chip of em-din1", "flash the right image")]
    [InlineData("ESP32_C6_THREAD", "not for the chip of em-din1", "flash the right image")]
    public void A_chip_that_will_not_do_is_refused_with_reason_and_remedy(string image, string reason, string remedy)
    {
        string? refusal = BoardCatalog.RefusalOf(EmDin1, image);
        Assert.Contains(reason, refusal);
        Assert.Contains(remedy, refusal);
    }

    [Fact]
    public void Every_pinned_firmware_image_is_of_a_chip_that_counts()
    {
        foreach ((string target, string chip) in IniFile.Read(Repository.PathOf("nf.config"))["targets"])
        {
            Assert.Equal(chip, BoardCatalog.ChipOf(target).ToString().ToLowerInvariant());
            Assert.True(BoardCatalog.PulseCountersOf(BoardCatalog.ChipOf(target)) > 0, target);
        }
    }

    [Fact]
    public void A_table_that_fits_is_not_refused()
    {
        NodeTable table = Table(EmDin1, 2, Pulse(0, ContactKind.DualReed), Pulse(2, ContactKind.Counter), new ChannelTable { Kind = ChannelKind.Bus });
        Assert.Null(EmDin1.RefusalOf(table));
    }

    [Fact]
    public void A_table_for_another_board_is_refused()
    {
        Assert.Equal("The configuration is for board 2, this is em-din1, board 4.", EmDin1.RefusalOf(Table(Wt32, 0, Pulse(0, ContactKind.Counter))));
    }

    [Fact]
    public void More_lines_than_the_board_has_are_refused()
    {
        Assert.Equal("The configuration has 2 serial lines, wt32-eth01 has 1.", Wt32.RefusalOf(Table(Wt32, 2, Pulse(0, ContactKind.Counter))));
    }

    [Fact]
    public void An_input_that_the_board_lacks_is_refused()
    {
        Assert.Equal("Channel 1 is at pulse input 2, wt32-eth01 has inputs 0 to 1.", Wt32.RefusalOf(Table(Wt32, 0, Pulse(0, ContactKind.Counter), Pulse(2, ContactKind.Counter))));
    }

    [Fact]
    public void Two_channels_at_one_input_are_refused()
    {
        Assert.Equal("Channel 1 is at pulse input 0, where another channel is.", Wt32.RefusalOf(Table(Wt32, 0, Pulse(0, ContactKind.Counter), Pulse(0, ContactKind.Reed))));
    }

    [Fact]
    public void A_dual_reed_at_an_input_for_one_contact_is_refused()
    {
        Assert.Equal(
            "Channel 0 is a dual reed, pulse input 3 of em-din1 takes one contact.", EmDin1.RefusalOf(Table(EmDin1, 0, Pulse(3, ContactKind.DualReed))));
    }

    [Fact]
    public void More_counted_contacts_than_counters_are_refused_and_slow_reeds_take_none()
    {
        PulseInputPins[] inputs = Enumerable.Range(0, 6).Select(pin => new PulseInputPins(pin, Board.NoPin, Board.NoPin)).ToArray();
        Board board = new(200, "six", ChipKind.Esp32S3, inputs, []);
        ChannelTable[] five = Enumerable.Range(0, 5).Select(input => Pulse((byte)input, ContactKind.Counter)).ToArray();
        Assert.Equal("The configuration counts 5 contacts in hardware, six has 4 counters.", board.RefusalOf(Table(board, 0, five)));
        five[4].Contact = ContactKind.Reed;
        Assert.Null(board.RefusalOf(Table(board, 0, five)));
    }

    private static NodeTable Table(Board board, int lines, params ChannelTable[] channels)
    {
        return new NodeTable { Board = (byte)board.Number, Lines = Enumerable.Range(0, lines).Select(_ => new LineTable()).ToArray(), Channels = channels };
    }

    private static ChannelTable Pulse(byte input, ContactKind contact)
    {
        return new ChannelTable { Kind = ChannelKind.Pulse, Input = input, Contact = contact };
    }
}
