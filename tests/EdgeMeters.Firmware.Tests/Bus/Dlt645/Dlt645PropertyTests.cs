using CsCheck;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Dlt645;

namespace EdgeMeters.Firmware.Tests.Bus.Dlt645;

public sealed class Dlt645PropertyTests
{
    private const string Address = "138000130754";

    [Fact]
    public void What_a_meter_encodes_is_read_back_wherever_it_lies()
    {
        Gen.Select(Gen.Bool, Gen.UInt, Gen.Int[1, 8], Gen.Int[0, 40], Gen.Long[0, 9999999999999999], Gen.Int[0, 4]).Sample(
            (isOld, identifier, bytes, offset, number, wakes) =>
            {
                identifier = isOld ? (ushort)identifier : identifier;
                BusProtocol edition = isOld ? BusProtocol.Dlt645Of1997 : BusProtocol.Dlt645;
                number %= (long)Math.Pow(10, 2 * bytes);
                BusMeter meter = Dlt645FrameTests.Meter(Address, new Dlt645Point { Identifier = identifier, Bytes = bytes, Offset = offset }, edition);
                byte[] name = BitConverter.GetBytes(identifier)[..(isOld ? 2 : 4)];
                byte[] registers = [.. Enumerable.Repeat((byte)0xEE, offset), .. FrameMaker.Digits(number, bytes)];
                byte[] answer = FrameMaker.Power(Address, (byte)(isOld ? 0x81 : 0x91), [.. name, .. registers]);
                byte[] woken = [.. Enumerable.Repeat((byte)0xFE, wakes), .. answer];
                MeterDialogue.Read(meter, asked =>
                {
                    Assert.Equal(FrameMaker.Power(Address, (byte)(isOld ? 0x01 : 0x11), name), asked[4..]);
                    return woken;
                });
                Assert.Equal((BusResult.Ok, number), MeterDialogue.Take(meter));
                // One byte less, and the register is not whole.
                MeterDialogue.Read(meter, _ => FrameMaker.Power(Address, (byte)(isOld ? 0x81 : 0x91), [.. name, .. registers[..^1]]));
                Assert.Equal((BusResult.Absent, 0), MeterDialogue.Take(meter));
            });
    }

    [Fact]
    public void A_block_is_put_together_however_the_meter_cuts_it()
    {
        Gen.Select(Gen.Int[1, 60].Array[1, 5], Gen.Int[0, 40], Gen.Long[0, 99999999]).Sample((pieces, place, number) =>
        {
            int length = pieces.Sum();
            int offset = place % Math.Max(1, length - 3);
            byte[] block = new byte[Math.Max(length, offset + 4)];
            FrameMaker.Digits(number, 4).CopyTo(block, offset);
            BusMeter meter = Dlt645FrameTests.Meter(
                Address, new Dlt645Point { Identifier = 0x00010000 }, new Dlt645Point { Identifier = 0x0001FF00, Offset = offset },
                new Dlt645Point { Identifier = 0x00020000 });
            int sent = 0;
            int piece = 0;
            MeterDialogue.Read(meter, asked =>
            {
                byte[] name = asked[14..18].Select(b => (byte)(b - 0x33)).ToArray();
                if (name[1] != 0xFF)
                    return FrameMaker.Power(Address, 0x91, [.. name, name[2], 0, 0, 0]);
                bool isLast = piece == pieces.Length - 1;
                byte control = (byte)((isLast ? 0x80 : 0xA0) | asked[12]);
                byte[] part = isLast ? block[sent..] : block[sent..(sent + pieces[piece])];
                byte[] number = asked[12] == 0x12 ? [(byte)(asked[18] - 0x33)] : [];
                Assert.Equal(piece == 0 ? [] : [(byte)piece], number);
                sent += part.Length;
                piece++;
                return FrameMaker.Power(Address, control, [.. name, .. part, .. number]);
            });
            Assert.Equal((BusResult.Ok, 1), MeterDialogue.Take(meter, 0));
            Assert.Equal((BusResult.Ok, number), MeterDialogue.Take(meter, 1));
            Assert.Equal((BusResult.Ok, 2), MeterDialogue.Take(meter, 2));
        });
    }

    [Fact]
    public void A_meter_that_says_for_ever_that_more_follows_is_left()
    {
        BusMeter meter = Dlt645FrameTests.Meter(Address, new Dlt645Point { Identifier = 0x0001FF00, Offset = 900 });
        List<byte[]> requests = MeterDialogue.Read(
            meter, asked => FrameMaker.Power(Address, (byte)(0xA0 | asked[12]), [0, 0xFF, 1, 0, 0, 0, 0, 0, .. asked[12] == 0x12 ? [(byte)(asked[18] - 0x33)] : Array.Empty<byte>()]));
        Assert.Equal(1 + IdentifierMeter.FollowingMax, requests.Count);
        Assert.Equal((BusResult.Absent, 0), MeterDialogue.Take(meter));
    }

    [Fact]
    public void In_1997_a_frame_that_follows_is_not_asked_for()
    {
        BusMeter meter = Dlt645FrameTests.Meter(Address, new Dlt645Point { Identifier = 0x901F, Offset = 16 }, BusProtocol.Dlt645Of1997);
        Assert.Single(MeterDialogue.Read(meter, _ => FrameMaker.Power(Address, 0xA1, 0x1F, 0x90, 1, 0, 0, 0)));
        Assert.Equal((BusResult.Absent, 0), MeterDialogue.Take(meter));
    }

    [Fact]
    public void Points_of_one_identifier_share_a_request_and_a_refusal_is_of_its_own_points_only()
    {
        BusMeter meter = Dlt645FrameTests.Meter(
            Address, Dlt645FrameTests.Point(0x00010000), new Dlt645Point { Identifier = 0x00020000 },
            new Dlt645Point { Identifier = 0x00010000, Offset = 2, Bytes = 2 });
        List<byte[]> requests = MeterDialogue.Read(
            meter, asked => asked[16] == 0x34 ? FrameMaker.Power(Address, 0x91, 0, 0, 1, 0, 1, 2, 3, 4) : FrameMaker.Power(Address, 0xD1, 2));
        Assert.Equal(2, requests.Count);
        Assert.Equal((BusResult.Ok, 4030201), MeterDialogue.Take(meter, 0));
        Assert.Equal((BusResult.Refused, 0), MeterDialogue.Take(meter, 1));
        Assert.Equal((BusResult.Ok, 403), MeterDialogue.Take(meter, 2));
    }

    [Theory]
    [InlineData("FFFFFFFF", false, BusResult.NotANumber, 0)]
    [InlineData("1A000000", false, BusResult.NotANumber, 0)]
    [InlineData("26000080", false, BusResult.Ok, 80000026)]
    [InlineData("26000080", true, BusResult.Ok, -26)]
    public void A_null_and_a_digit_above_nine_are_no_number_and_a_sign_is_one_where_the_point_says_so(
        string registers, bool isSigned, BusResult expected, long number)
    {
        BusMeter meter = Dlt645FrameTests.Meter(Address, new Dlt645Point { Identifier = 0x00030000, IsSigned = isSigned });
        MeterDialogue.Read(meter, _ => FrameMaker.Power(Address, 0x91, [0, 0, 3, 0, .. FieldFrames.Hex(registers)]));
        Assert.Equal((expected, number), MeterDialogue.Take(meter));
    }

    [Theory]
    [InlineData("dlt645_00010000")]
    [InlineData("dlt645_00040000")]
    [InlineData("dlt645_fe_preamble")]
    public void No_bit_that_flips_and_no_cut_gives_another_register(string name)
    {
        byte[] answer = FieldFrames.Answer(name);
        uint identifier = name == "dlt645_00040000" ? 0x00040000u : 0x00010000u;
        BusMeter meter = Dlt645FrameTests.Meter("000000000161", Dlt645FrameTests.Point(identifier));
        FrameDamage.NeverReadsAnother(meter, 0, answer);
    }

    [Fact]
    public void Two_bits_of_one_weight_that_flip_opposite_ways_pass_the_sum_and_so_one_answer_is_never_believed()
    {
        byte[] answer = FrameMaker.Power(Address, 0x91, 0, 0, 1, 0, 0x15, 0x04, 0, 0);
        // 15 04 goes over the line as 48 37; bit 2 rises in the first byte and falls in the second.
        answer[14] ^= 4;
        answer[15] ^= 4;
        BusMeter meter = Dlt645FrameTests.Meter(Address, Dlt645FrameTests.Point(0x00010000));
        Assert.Equal((BusResult.Ok, BusResult.Ok, 19), MeterDialogue.ReadOne(meter, 0, answer));
        Assert.True(meter.IsDoubtful);
    }

    [Fact]
    public void Arbitrary_bytes_never_throw_and_are_never_read_beyond_their_end()
    {
        byte[] answer = FieldFrames.Answer("dlt645_follow_b1");
        FrameDamage.NeverThrows(
            () => Dlt645FrameTests.Meter(
                "000000000161", new Dlt645Point { Identifier = 0x0001FF00, Offset = 16 }, new Dlt645Point { Identifier = 0x0001FF00, Offset = 900, Bytes = 8 }),
            answer,
            frame => frame[^2] = (byte)frame[..^2].Sum(b => b));
    }

    [Fact]
    public void A_point_survives_the_table_and_one_out_of_its_range_is_refused()
    {
        Gen.Select(Gen.UInt, Gen.Int[0, 999], Gen.Int[1, 8], Gen.Bool).Sample((identifier, offset, bytes, isSigned) =>
        {
            var point = new Dlt645Point { Identifier = identifier, Offset = offset, Bytes = bytes, IsSigned = isSigned };
            Dlt645Point read = PointTable.Copy(point, new Dlt645Point());
            Assert.Equal((identifier, offset, bytes, isSigned), (read.Identifier, read.Offset, read.Bytes, read.IsSigned));
            Assert.True(read.IsWithinLimits());
            Assert.Equal(identifier <= 0xFFFF, read.IsOf(BusProtocol.Dlt645Of1997));
            Assert.True(read.IsOf(BusProtocol.Dlt645) && !read.IsOf(BusProtocol.Cjt188) && !read.IsOf(BusProtocol.Modbus));
        });
        Assert.False(PointTable.Copy(new Dlt645Point { Offset = 1000 }, new Dlt645Point()).IsWithinLimits());
        Assert.False(PointTable.Copy(new Dlt645Point { Bytes = 9 }, new Dlt645Point()).IsWithinLimits());
        Assert.False(PointTable.Copy(new Dlt645Point { Bytes = 0 }, new Dlt645Point()).IsWithinLimits());
        Assert.False(PointTable.Copy(new Dlt645Point { Bytes = 0x24 }, new Dlt645Point()).IsWithinLimits());
    }
}
