using CsCheck;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;

namespace EdgeMeters.Firmware.Tests.Bus.Cjt188;

public sealed class Cjt188PropertyTests
{
    private const string Address = "78330011223344";

    private static readonly byte[] Types = [0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x30, 0x40];

    [Fact]
    public void What_a_meter_encodes_is_read_back_for_every_type_field_unit_and_variant()
    {
        Gen.Select(Gen.OneOf(Types.Select(Gen.Const).ToArray()), Gen.Byte[0, 4], Gen.Byte, Gen.Byte[0, 3], Gen.Long[0, 99999999], Gen.Int[0, 300])
            .Sample((type, place, unit, variant, number, asked) =>
            {
                bool isHeat = type is 0x20 or 0x21;
                byte field = (byte)(isHeat ? place : place % 2);
                BusMeter meter = Cjt188FrameTests.Meter(type, Address, variant, Cjt188FrameTests.Point(field, unit));
                Cjt188FrameTests.SkipNumbers(meter, asked);
                byte[] digits = FrameMaker.Digits(number, 4);
                byte[] layout = Enumerable.Repeat((byte)0x99, isHeat ? 43 : 19).ToArray();
                (((variant & Cjt188Meter.UnitFirst) != 0) ? [unit, .. digits] : (byte[])[.. digits, unit]).CopyTo(layout, 5 * field);
                byte[] name = (variant & Cjt188Meter.HighFirst) != 0 ? [0x90, 0x1F] : [0x1F, 0x90];
                byte[] request = Assert.Single(MeterDialogue.Read(
                    meter, frame => [0xFE, 0xFE, .. FrameMaker.Flow(type, Address, 0x81, [.. name, frame[17], .. layout])]));
                Assert.Equal(FrameMaker.Flow(type, Address, 0x01, [.. name, (byte)asked]), request[4..]);
                Assert.Equal((BusResult.Ok, number), MeterDialogue.Take(meter));
                Assert.Equal(2, ((IdentifierMeter)meter).AnswerStart);
            });
    }

    [Fact]
    public void Each_request_bears_another_number_and_the_answer_to_the_one_before_is_refused()
    {
        BusMeter meter = Cjt188FrameTests.Meter(0x10, Address, 0, Cjt188FrameTests.Point(0, 0x2C));
        byte[] before = [];
        for (int i = 0; i < 600; i++)
        {
            byte[] request = MeterDialogue.Ask(meter, 0);
            if (i > 0)
                Assert.Equal(BusResult.WrongRegister, MeterDialogue.Answer(meter, 0, before));
            before = FrameMaker.Flow(0x10, Address, 0x81, [0x1F, 0x90, request[17], .. new byte[19]]);
            Assert.Equal(BusResult.Ok, MeterDialogue.Answer(meter, 0, before));
        }
    }

    [Theory]
    [InlineData("FFFFFFFF")]
    [InlineData("0A000000")]
    [InlineData("000000A0")]
    public void A_digit_above_nine_is_no_number(string digits)
    {
        BusMeter meter = Cjt188FrameTests.Meter(0x10, Address, 0, Cjt188FrameTests.Point(0, 0x2C));
        MeterDialogue.Read(
            meter, asked => FrameMaker.Flow(0x10, Address, 0x81, [0x1F, 0x90, asked[17], .. FieldFrames.Hex(digits), 0x2C, .. new byte[14]]));
        Assert.Equal((BusResult.NotANumber, 0), MeterDialogue.Take(meter));
    }

    [Fact]
    public void A_number_on_the_highest_digits_is_not_negative()
    {
        BusMeter meter = Cjt188FrameTests.Meter(0x10, Address, 0, Cjt188FrameTests.Point(0, 0x2C));
        MeterDialogue.Read(
            meter, asked => FrameMaker.Flow(0x10, Address, 0x81, [0x1F, 0x90, asked[17], .. FrameMaker.Digits(98765432, 4), 0x2C, .. new byte[14]]));
        Assert.Equal((BusResult.Ok, 98765432), MeterDialogue.Take(meter));
    }

    [Fact]
    public void A_field_that_a_shorter_answer_does_not_hold_is_absent()
    {
        var point = new Cjt188Point { Identifier = 0xD120, Field = 1, UnitCode = 0x2C };
        BusMeter meter = Cjt188FrameTests.Meter(0x10, Address, 0, point, new Cjt188Point { Identifier = 0xD120, UnitCode = 0x2C });
        MeterDialogue.Read(
            meter, asked => FrameMaker.Flow(0x10, Address, 0x81, [0x20, 0xD1, asked[17], .. FrameMaker.Digits(42, 4), 0x2C]));
        Assert.Equal((BusResult.Absent, 0), MeterDialogue.Take(meter, 0));
        Assert.Equal((BusResult.Ok, 42), MeterDialogue.Take(meter, 1));
    }

    [Theory]
    [InlineData("cjt188_gas_read", 0x30, 1)]
    [InlineData("cjt188_heat_read", 0x20, 2)]
    public void No_bit_that_flips_and_no_cut_gives_another_register(string name, byte type, byte number)
    {
        byte[] answer = FieldFrames.Answer(name);
        byte unit = type == 0x30 ? (byte)0x2C : (byte)0x05;
        // Each damaged answer comes to a request of its own; so the meter's number is brought round to that of the published one.
        BusMeter meter = new OneNumber(type, unit, number);
        FrameDamage.NeverReadsAnother(meter, 0, answer);
    }

    [Fact]
    public void Arbitrary_bytes_never_throw_and_are_never_read_beyond_their_end()
    {
        FrameDamage.NeverThrows(
            () => new OneNumber(0x20, 0x05, 2),
            FieldFrames.Answer("cjt188_heat_read"),
            frame => frame[^2] = (byte)frame.SkipWhile(b => b == 0xFE).SkipLast(2).Sum(b => b));
    }

    [Fact]
    public void A_point_survives_the_table_and_one_out_of_its_range_is_refused()
    {
        Gen.Select(Gen.UShort, Gen.Byte, Gen.Byte).Sample((identifier, field, unit) =>
        {
            Cjt188Point read = PointTable.Copy(new Cjt188Point { Identifier = identifier, Field = field, UnitCode = unit }, new Cjt188Point());
            Assert.Equal((identifier, field, unit), ((ushort)read.Identifier, read.Field, read.UnitCode));
            Assert.Equal(field <= Cjt188Point.FieldMax, read.IsWithinLimits());
            Assert.True(read.IsOf(BusProtocol.Cjt188) && !read.IsOf(BusProtocol.Dlt645) && !read.IsOf(BusProtocol.MBus));
        });
    }

    /// <summary>A meter whose every request bears the same number.</summary>
    private sealed class OneNumber(byte type, byte unit, byte number) : BusMeter(Of(type, unit).Table)
    {
        private BusMeter _meter = Of(type, unit);

        public override bool IsDoubtful => _meter.IsDoubtful;

        public override void Begin(int turnaroundMs)
        {
            _meter = Of(type, unit);
            Cjt188FrameTests.SkipNumbers(_meter, number);
            _meter.Begin(turnaroundMs);
        }

        public override int WriteRequest(int request, int shape, byte[] frame) => _meter.WriteRequest(request, shape, frame);

        public override BusResult Judge(byte[] frame, int count)
        {
            BusResult result = _meter.Judge(frame, count);
            FrameBytes = _meter.FrameBytes;
            return result;
        }

        public override void Keep(int request, byte[] frame) => _meter.Keep(request, frame);

        public override BusResult Take(int point, out long register) => _meter.Take(point, out register);

        private static BusMeter Of(byte type, byte unit) =>
            Cjt188FrameTests.Meter(type, Address, 0, Cjt188FrameTests.Point((byte)(type == 0x20 ? 1 : 0), unit));
    }
}
