using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Bus.Cjt188;

/// <summary>Frames that others published, and what is refused by name.</summary>
public sealed class Cjt188FrameTests
{
    private const string Address = "78330011223344";

    /// <summary>CJ/T 188 unit codes: 2C m³, 05 kWh.</summary>
    private const byte CubicMetres = 0x2C;
    private const byte KilowattHours = 0x05;

    [Fact]
    public void A_gas_meter_gives_what_it_counts_now_and_what_it_counted_on_the_settlement_day()
    {
        BusMeter meter = Meter(0x30, Address, 0, Point(0, CubicMetres), Point(1, CubicMetres));
        SkipNumbers(meter, 1);
        byte[] answer = FieldFrames.Answer("cjt188_gas_read");
        byte[] request = Assert.Single(MeterDialogue.Read(meter, _ => answer));
        Assert.Equal(FieldFrames.Request("cjt188_gas_read"), request[4..]);
        Assert.Equal((BusResult.Ok, 12345), MeterDialogue.Take(meter, 0));
        Assert.Equal((BusResult.Ok, 12000), MeterDialogue.Take(meter, 1));
        Assert.True(meter.IsDoubtful);
        // For a technician: 2026-11-22 10:15:30, status 0.
        Assert.Equal(FieldFrames.Hex("30151022112620"), answer[(meter.FrameBytes - Cjt188Frame.TimeFromEnd)..(meter.FrameBytes - Cjt188Frame.StatusFromEnd)]);
        Assert.Equal(new byte[2], answer[(meter.FrameBytes - Cjt188Frame.StatusFromEnd)..(meter.FrameBytes - 2)]);
    }

    [Fact]
    public void A_heat_meter_gives_each_of_its_five_numbers_in_the_unit_it_names()
    {
        (byte Field, byte Unit, long Expected)[] fields =
            [(0, KilowattHours, 100000), (1, KilowattHours, 1234), (2, 0x17, 15), (3, 0x35, 350), (4, CubicMetres, 5678)];
        BusMeter meter = Meter(0x20, Address, 0, fields.Select(field => Point(field.Field, field.Unit)).ToArray());
        SkipNumbers(meter, 2);
        byte[] request = Assert.Single(MeterDialogue.Read(meter, _ => FieldFrames.Answer("cjt188_heat_read")));
        Assert.Equal(FieldFrames.Request("cjt188_heat_read"), request[4..]);
        for (int i = 0; i < fields.Length; i++)
            Assert.Equal((BusResult.Ok, fields[i].Expected), MeterDialogue.Take(meter, i));
    }

    [Fact]
    public void Another_unit_than_the_profile_says_is_refused_by_name()
    {
        BusMeter meter = Meter(0x20, Address, 0, Point(1, 0x08), Point(1, KilowattHours));
        SkipNumbers(meter, 2);
        MeterDialogue.Read(meter, _ => FieldFrames.Answer("cjt188_heat_read"));
        Assert.Equal((BusResult.WrongUnitOfMeasure, 0), MeterDialogue.Take(meter, 0));
        Assert.Equal((BusResult.Ok, 1234), MeterDialogue.Take(meter, 1));
    }

    [Fact]
    public void The_answer_that_every_page_reprints_is_refused_for_its_sum()
    {
        BusMeter meter = Meter(0x10, Address, 0, Point(0, CubicMetres));
        byte[] answer = FieldFrames.Answer("cjt188_water_read_as_published");
        meter.Begin(0);
        Assert.Equal(FieldFrames.Request("cjt188_water_read_as_published"), MeterDialogue.Ask(meter, 0)[4..]);
        Assert.Equal(0x08, answer[^2]);
        Assert.Equal(BusResult.BadChecksum, MeterDialogue.Answer(meter, 0, answer));
        answer[^2] = 0x13;
        Assert.Equal(BusResult.Ok, MeterDialogue.Answer(meter, 0, answer));
        Assert.Equal((BusResult.Ok, 55667700), MeterDialogue.Take(meter));
    }

    [Theory]
    [InlineData("cjt188_lost68", BusResult.Malformed)]
    [InlineData("cjt188_sumerr", BusResult.BadChecksum)]
    public void A_published_answer_that_is_damaged_is_refused_for_its_own_reason(string name, BusResult expected)
    {
        BusMeter meter = Meter(0x10, "00180003371754", 0, Point(0, CubicMetres));
        SkipNumbers(meter, 1);
        Assert.Equal(expected, Exchange(meter, FieldFrames.Answer(name)));
    }

    [Fact]
    public void A_refusal_must_bear_the_number_of_the_request()
    {
        BusMeter meter = Meter(0x10, Address, 0, Point(0, CubicMetres));
        SkipNumbers(meter, 3);
        byte[] answer = FieldFrames.Answer("cjt188_err_c1");
        byte[] request = Assert.Single(MeterDialogue.Read(meter, _ => answer));
        Assert.Equal(FieldFrames.Request("cjt188_err_c1"), request[4..]);
        Assert.Equal((BusResult.Refused, 0), MeterDialogue.Take(meter));
        Assert.Equal(BusResult.WrongRegister, Exchange(meter, answer));
    }

    [Fact]
    public void The_one_meter_on_a_line_tells_its_type_and_address()
    {
        BusMeter meter = Meter(0xAA, "AAAAAAAAAAAAAA", 0);
        byte[] answer = FieldFrames.Answer("cjt188_readaddr");
        byte[] request = Assert.Single(MeterDialogue.Read(meter, _ => answer));
        Assert.Equal(FieldFrames.Request("cjt188_readaddr"), request[4..]);
        int start = ((IdentifierMeter)meter).AnswerStart;
        Assert.Equal([0x10, .. FrameMaker.Reversed(Address)], answer[(start + 1)..(start + 9)]);
    }

    [Fact]
    public void Asked_for_the_valve_the_meter_is_read_and_not_written_to()
    {
        byte[] published = FieldFrames.Request("cjt188_valve_close");
        Assert.Equal(0x04, published[9]);
        BusMeter meter = Meter(0x10, Address, 0, new Cjt188Point { Identifier = 0xA017 });
        byte[] request = Assert.Single(MeterDialogue.Read(meter, asked => FrameMaker.Flow(0x10, Address, 0xC1, asked[17], 0, 0)));
        Assert.Equal(FrameMaker.Flow(0x10, Address, Cjt188Frame.Read, 0x17, 0xA0, 0), request[4..]);
    }

    [Fact]
    public void A_request_of_the_maker_that_turns_identifier_and_unit_around_is_built_and_its_answer_read()
    {
        BusMeter meter = Meter(0x20, Address, Cjt188Meter.HighFirst | Cjt188Meter.UnitFirst, Point(1, KilowattHours));
        byte[] request = Assert.Single(MeterDialogue.Read(
            meter, asked => FrameMaker.Flow(0x20, Address, 0x81, [0x90, 0x1F, asked[17], .. Heat(0x05, 4321, isUnitFirst: true)])));
        Assert.Equal([0x90, 0x1F], request[15..17]);
        Assert.Equal((BusResult.Ok, 4321), MeterDialogue.Take(meter));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Cjt188Meter.HighFirst)]
    [InlineData(Cjt188Meter.UnitFirst)]
    public void A_variant_taken_for_another_is_refused_and_never_read_wrong(byte variant)
    {
        BusMeter meter = Meter(0x20, Address, variant, Point(1, KilowattHours));
        meter.Begin(0);
        byte[] asked = MeterDialogue.Ask(meter, 0);
        BusResult exchange = MeterDialogue.Answer(
            meter, 0, FrameMaker.Flow(0x20, Address, 0x81, [0x90, 0x1F, asked[17], .. Heat(0x05, 4321, isUnitFirst: true)]));
        if ((variant & Cjt188Meter.HighFirst) == 0)
            Assert.Equal(BusResult.WrongRegister, exchange);
        else
            Assert.Equal((BusResult.WrongUnitOfMeasure, 0), MeterDialogue.Take(meter));
    }

    [Theory]
    [InlineData(BusResult.WrongMeter, 0x11, "78330011223344", 0x81, "1F9000")]
    [InlineData(BusResult.WrongMeter, 0x10, "78330011223345", 0x81, "1F9000")]
    [InlineData(BusResult.WrongMeter, 0x10, "79330011223344", 0x81, "1F9000")]
    [InlineData(BusResult.WrongFunction, 0x10, "78330011223344", 0x01, "1F9000")]
    [InlineData(BusResult.WrongFunction, 0x10, "78330011223344", 0x83, "1F9000")]
    [InlineData(BusResult.WrongFunction, 0x10, "78330011223344", 0xA1, "1F9000")]
    [InlineData(BusResult.WrongRegister, 0x10, "78330011223344", 0x81, "901F00")]
    [InlineData(BusResult.WrongRegister, 0x10, "78330011223344", 0x81, "1F9100")]
    [InlineData(BusResult.WrongRegister, 0x10, "78330011223344", 0x81, "1F9001")]
    [InlineData(BusResult.Ok, 0x10, "78330011223344", 0x81, "1F9000")]
    public void What_is_not_the_answer_is_named(BusResult expected, byte type, string address, byte control, string echo)
    {
        byte[] answer = FrameMaker.Flow(type, address, control, [.. FieldFrames.Hex(echo), .. new byte[19]]);
        Assert.Equal(expected, Exchange(Meter(0x10, Address, 0, Point(0, CubicMetres)), answer));
    }

    [Theory]
    [InlineData(0x10, 19, BusResult.Ok)]
    [InlineData(0x10, 18, BusResult.WrongLength)]
    [InlineData(0x10, 20, BusResult.WrongLength)]
    [InlineData(0x10, 43, BusResult.WrongLength)]
    [InlineData(0x20, 43, BusResult.Ok)]
    [InlineData(0x20, 19, BusResult.WrongLength)]
    [InlineData(0x30, 19, BusResult.Ok)]
    [InlineData(0x30, 43, BusResult.WrongLength)]
    public void Another_layout_than_the_meters_type_has_is_refused(byte type, int bytes, BusResult expected)
    {
        byte[] answer = FrameMaker.Flow(type, Address, 0x81, [0x1F, 0x90, 0, .. new byte[bytes]]);
        Assert.Equal(expected, Exchange(Meter(type, Address, 0, Point(0, 0)), answer));
    }

    [Theory]
    [InlineData(0xC1, "00", BusResult.WrongLength)]
    [InlineData(0xC1, "00000000", BusResult.WrongLength)]
    [InlineData(0x81, "1F90", BusResult.WrongLength)]
    public void A_refusal_and_an_answer_of_another_length_are_none(byte control, string carried, BusResult expected)
    {
        Assert.Equal(expected, Exchange(Meter(0x10, Address, 0, Point(0, CubicMetres)), FrameMaker.Flow(0x10, Address, control, FieldFrames.Hex(carried))));
    }

    internal static Cjt188Point Point(byte field, byte unit) => new() { Field = field, UnitCode = unit };

    internal static BusMeter Meter(byte type, string address, byte variant, params BusPoint[] points)
    {
        return new Cjt188Meter(
            new MeterTable { Protocol = BusProtocol.Cjt188, Address = [type, .. FrameMaker.Reversed(address)], Variant = variant }, points);
    }

    /// <summary>Requests are numbered from 0; a published answer bears the number of its own.</summary>
    internal static void SkipNumbers(BusMeter meter, int numbers)
    {
        for (int i = 0; i < numbers; i++)
            MeterDialogue.Ask(meter, 0);
    }

    private static BusResult Exchange(BusMeter meter, byte[] answer)
    {
        meter.Begin(0);
        MeterDialogue.Ask(meter, 0);
        return MeterDialogue.Answer(meter, 0, answer);
    }

    private static byte[] Heat(byte unit, long now, bool isUnitFirst)
    {
        byte[] fields = [];
        for (int field = 0; field < 5; field++)
        {
            byte[] number = FrameMaker.Digits(field == 1 ? now : 7, 4);
            fields = isUnitFirst ? [.. fields, unit, .. number] : [.. fields, .. number, unit];
        }
        return [.. fields, .. new byte[18]];
    }
}
