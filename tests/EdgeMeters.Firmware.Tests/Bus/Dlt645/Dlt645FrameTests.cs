using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Bus.Dlt645;

/// <summary>Frames that others published, and what is refused by name.</summary>
public sealed class Dlt645FrameTests
{
    private const string Address = "000000000161";

    /// <summary>Frame, edition, address, register, sign, the register's number; names of those that carry more follow below.</summary>
    public static TheoryData<string, BusProtocol, string, uint, long> Readings => new()
    {
        { "dlt645_00010000", BusProtocol.Dlt645, Address, 0x00010000, 26 },
        { "dlt645_00020000", BusProtocol.Dlt645, Address, 0x00020000, 126 },
        { "dlt645_00030000", BusProtocol.Dlt645, Address, 0x00030000, 10026 },
        { "dlt645_00040000", BusProtocol.Dlt645, Address, 0x00040000, 10023 },
        { "dlt645_fe_preamble", BusProtocol.Dlt645, Address, 0x00010000, 26 },
        { "dlt645_97_b", BusProtocol.Dlt645Of1997, "138000130754", 0x9010, 1 },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public void A_published_request_is_built_and_its_answer_gives_the_register(
        string name, BusProtocol edition, string address, uint identifier, long expected)
    {
        BusMeter meter = Meter(address, Point(identifier), edition);
        List<byte[]> requests = MeterDialogue.Read(meter, _ => FieldFrames.Answer(name));
        Assert.Equal([0xFE, 0xFE, 0xFE, 0xFE, .. FieldFrames.Request(name)], Assert.Single(requests));
        Assert.Equal((BusResult.Ok, expected), MeterDialogue.Take(meter));
        Assert.Equal(FieldFrames.Answer(name).Length, meter.FrameBytes);
        Assert.True(meter.IsDoubtful);
    }

    [Fact]
    public void A_published_request_of_1997_is_built()
    {
        byte[] frame = new byte[32];
        int bytes = Dlt645Frame.WriteRead(frame, FrameMaker.Reversed("000003430163"), 0x9010, 2, 0);
        Assert.Equal(FieldFrames.Request("dlt645_97_a"), frame[4..bytes]);
    }

    [Fact]
    public void A_frame_ends_by_its_length_and_FF_behind_it_is_the_habit_of_a_maker()
    {
        byte[] answer = FieldFrames.Answer("dlt645_trailing_ff");
        BusMeter meter = Meter(Address, Point(0x00010000));
        meter.Begin(0);
        MeterDialogue.Ask(meter, 0);
        Assert.Equal(BusResult.Ok, meter.Judge(answer, answer.Length));
        Assert.Equal(answer.Length - 1, meter.FrameBytes);
        Assert.True(meter.IsFill(answer[^1]));
        Assert.False(meter.IsFill(0xFE));
        Assert.False(meter.IsFill(0x16));
        meter.Keep(0, answer);
        Assert.Equal((BusResult.Ok, 26), MeterDialogue.Take(meter));
    }

    [Fact]
    public void A_refusal_carries_its_bits()
    {
        BusMeter meter = Meter(Address, Point(0x000102FF));
        byte[] refusal = FieldFrames.Answer("dlt645_err_d1");
        MeterDialogue.Read(meter, _ => refusal);
        Assert.Equal(Dlt645Refusal.NoSuchRegister, (Dlt645Refusal)meter.RefusalCode);
        Assert.Equal((BusResult.Refused, 0), MeterDialogue.Take(meter));

        MeterDialogue.Read(meter, _ => FrameMaker.Power(Address, 0xD1, 0x05));
        Assert.Equal(Dlt645Refusal.Other | Dlt645Refusal.NotAllowed, (Dlt645Refusal)meter.RefusalCode);

        BusMeter old = Meter(Address, Point(0x9010), BusProtocol.Dlt645Of1997);
        MeterDialogue.Read(old, _ => FrameMaker.Power(Address, 0xC1, 0x02));
        Assert.Equal(Dlt645Refusal.NoSuchRegister, (Dlt645Refusal)old.RefusalCode);
    }

    [Fact]
    public void The_request_that_was_refused_in_print_is_built()
    {
        byte[] frame = new byte[32];
        int bytes = Dlt645Frame.WriteRead(frame, FrameMaker.Reversed(Address), 0x000102FF, 4, 0);
        Assert.Equal(FieldFrames.Request("dlt645_err_d1"), frame[4..bytes]);
    }

    [Fact]
    public void A_block_of_two_frames_gives_a_register_of_each()
    {
        var total = new Dlt645Point { Identifier = 0x0001FF00 };
        var lastOfFirst = new Dlt645Point { Identifier = 0x0001FF00, Offset = 16 };
        var firstOfNext = new Dlt645Point { Identifier = 0x0001FF00, Offset = 20 };
        BusMeter meter = Meter(Address, total, lastOfFirst, firstOfNext);
        List<byte[]> requests = MeterDialogue.Read(
            meter, asked => FieldFrames.Answer(asked[12] == 0x11 ? "dlt645_follow_b1" : "dlt645_follow_12"));
        Assert.Equal(2, requests.Count);
        Assert.Equal(FieldFrames.Request("dlt645_follow_b1"), requests[0][4..]);
        Assert.Equal(FieldFrames.Request("dlt645_follow_12"), requests[1][4..]);
        for (int point = 0; point < 3; point++)
            Assert.Equal((BusResult.Ok, 26), MeterDialogue.Take(meter, point));
    }

    [Fact]
    public void What_follows_is_asked_for_only_while_a_register_is_sought()
    {
        BusMeter meter = Meter(Address, new Dlt645Point { Identifier = 0x0001FF00, Offset = 16 });
        Assert.Single(MeterDialogue.Read(meter, _ => FieldFrames.Answer("dlt645_follow_b1")));
        Assert.Equal((BusResult.Ok, 26), MeterDialogue.Take(meter));
    }

    [Fact]
    public void The_one_meter_on_a_line_tells_its_address()
    {
        BusMeter meter = Meter("AAAAAAAAAAAA");
        byte[] answer = FieldFrames.Answer("dlt645_readaddr_resp");
        byte[] request = Assert.Single(MeterDialogue.Read(meter, _ => answer));
        Assert.Equal(FrameMaker.Power("AAAAAAAAAAAA", 0x13), request[4..]);
        int start = ((IdentifierMeter)meter).AnswerStart;
        Assert.Equal(FrameMaker.Reversed(Address), answer[(start + 1)..(start + 7)]);
    }

    [Theory]
    [InlineData("000000000161", 5, BusResult.WrongLength)]
    [InlineData("000000000161", 7, BusResult.WrongLength)]
    [InlineData("000000000162", 6, BusResult.WrongMeter)]
    public void An_address_that_is_not_said_twice_alike_is_no_address(string told, int bytes, BusResult expected)
    {
        BusMeter meter = Meter("AAAAAAAAAAAA");
        byte[] answer = FrameMaker.Power(Address, 0x93, ((byte[])[.. FrameMaker.Reversed(told), 0x68])[..bytes]);
        Assert.Equal(expected, Exchange(meter, answer));
    }

    [Fact]
    public void A_wildcard_takes_the_answer_of_any_meter_and_names_it()
    {
        BusMeter meter = Meter("AAAAAAAA0161", Point(0x00010000));
        byte[] answer = [0xFE, 0xFE, .. FieldFrames.Answer("dlt645_00010000")];
        MeterDialogue.Read(meter, _ => answer);
        Assert.Equal((BusResult.Ok, 26), MeterDialogue.Take(meter));
        Assert.Equal(2, ((IdentifierMeter)meter).AnswerStart);
        Assert.Equal(BusResult.WrongMeter, Exchange(meter, FrameMaker.Power("000000000261", 0x91, 0, 0, 1, 0, 0, 0, 0, 0)));
    }

    [Fact]
    public void The_time_for_all_meters_is_written_as_published()
    {
        byte[] frame = new byte[32];
        int bytes = Dlt645Frame.WriteTime(frame, [30, 15, 10, 22, 11, 26]);
        Assert.Equal(FieldFrames.Request("dlt645_bcast_time"), frame[4..bytes]);
    }

    [Theory]
    [InlineData(BusResult.WrongMeter, "000000000162", 0x91, "00000100 26000000")]
    [InlineData(BusResult.WrongMeter, "100000000161", 0x91, "00000100 26000000")]
    [InlineData(BusResult.WrongFunction, "000000000161", 0x11, "00000100 26000000")]
    [InlineData(BusResult.WrongFunction, "000000000161", 0x92, "00000100 26000000")]
    [InlineData(BusResult.WrongFunction, "000000000161", 0x81, "00000100 26000000")]
    [InlineData(BusResult.WrongRegister, "000000000161", 0x91, "00000200 26000000")]
    [InlineData(BusResult.WrongRegister, "000000000161", 0x91, "01000100 26000000")]
    [InlineData(BusResult.WrongRegister, "000000000161", 0x91, "00000101 26000000")]
    [InlineData(BusResult.WrongLength, "000000000161", 0x91, "000001")]
    [InlineData(BusResult.WrongLength, "000000000161", 0xD1, "0200")]
    [InlineData(BusResult.WrongLength, "000000000161", 0xD1, "")]
    [InlineData(BusResult.Ok, "000000000161", 0x91, "00000100 26000000")]
    public void What_is_not_the_answer_is_named(BusResult expected, string address, byte control, string carried)
    {
        Assert.Equal(expected, Exchange(Meter(Address, Point(0x00010000)), FrameMaker.Power(address, control, FieldFrames.Hex(carried))));
    }

    [Fact]
    public void A_frame_that_follows_must_bear_the_number_it_was_asked_by()
    {
        BusMeter meter = Meter(Address, new Dlt645Point { Identifier = 0x0001FF00, Offset = 20 });
        meter.Begin(0);
        MeterDialogue.Ask(meter, 0);
        Assert.Equal(BusResult.Ok, MeterDialogue.Answer(meter, 0, FieldFrames.Answer("dlt645_follow_b1")));
        MeterDialogue.Ask(meter, 1);
        Assert.Equal(BusResult.WrongRegister, MeterDialogue.Answer(meter, 1, FrameMaker.Power(Address, 0x92, 0, 0xFF, 1, 0, 0x26, 0, 0, 0, 2)));
        Assert.Equal(BusResult.WrongRegister, MeterDialogue.Answer(meter, 1, FrameMaker.Power(Address, 0x92, 0, 0xFF, 2, 0, 0x26, 0, 0, 0, 1)));
        Assert.Equal(BusResult.WrongLength, MeterDialogue.Answer(meter, 1, FrameMaker.Power(Address, 0x92, 0, 0xFF, 1, 0)));
        Assert.Equal(BusResult.Ok, MeterDialogue.Answer(meter, 1, FieldFrames.Answer("dlt645_follow_12")));
    }

    [Fact]
    public void A_frame_whose_end_or_second_begin_is_missing_is_malformed_although_its_sum_may_match()
    {
        BusMeter meter = Meter(Address, Point(0x00010000));
        byte[] answer = FieldFrames.Answer("dlt645_00010000");
        answer[^1] = 0x17;
        Assert.Equal(BusResult.Malformed, Exchange(meter, answer));

        answer = FieldFrames.Answer("dlt645_00010000");
        answer[7]++;
        answer[^2]++;
        Assert.Equal(BusResult.Malformed, Exchange(meter, answer));

        answer = FieldFrames.Answer("dlt645_00010000");
        answer[^2]++;
        Assert.Equal(BusResult.BadChecksum, Exchange(meter, answer));
        Assert.Equal(BusResult.Malformed, Exchange(meter, FieldFrames.Answer("dlt645_00010000")[1..]));
    }

    [Fact]
    public void More_than_the_longest_frame_and_more_than_waking_is_refused_at_once()
    {
        BusMeter meter = Meter(Address, Point(0x00010000));
        byte[] head = FieldFrames.Answer("dlt645_00010000")[..10];
        head[9] = 201;
        Assert.Equal(BusResult.WrongLength, Exchange(meter, head));
        head[9] = 200;
        Assert.Equal(BusResult.Incomplete, Exchange(meter, head));
        byte[] woken = [.. Enumerable.Repeat((byte)0xFE, 16), .. FieldFrames.Answer("dlt645_00010000")];
        Assert.Equal(BusResult.Ok, Exchange(meter, woken));
        Assert.Equal(BusResult.Malformed, Exchange(meter, [0xFE, .. woken]));
    }

    internal static BusMeter Meter(string address, params BusPoint[] points) => Meter(address, BusProtocol.Dlt645, points);

    internal static BusMeter Meter(string address, BusPoint point, BusProtocol edition) => Meter(address, edition, point);

    internal static Dlt645Point Point(uint identifier) => new() { Identifier = identifier };

    internal static BusResult Exchange(BusMeter meter, byte[] answer)
    {
        meter.Begin(0);
        MeterDialogue.Ask(meter, 0);
        return MeterDialogue.Answer(meter, 0, answer);
    }

    private static Dlt645Meter Meter(string address, BusProtocol edition, params BusPoint[] points)
    {
        return new Dlt645Meter(new MeterTable { Protocol = edition, Address = FrameMaker.Reversed(address) }, points);
    }
}
