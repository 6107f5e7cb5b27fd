using System.Buffers.Binary;
using CsCheck;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.MBus;

namespace EdgeMeters.Firmware.Tests.Bus.MBus;

public sealed class MBusRecordTests
{
    /// <summary>Value information of each quantity and the power of ten it means (EN 13757-3, tables of primary VIF and of extension FB).</summary>
    public static TheoryData<MBusQuantity, string, int> Meanings
    {
        get
        {
            var meanings = new TheoryData<MBusQuantity, string, int>();
            for (int n = 0; n < 8; n++)
            {
                meanings.Add(MBusQuantity.EnergyWh, $"{n:X2}", n - 3);
                meanings.Add(MBusQuantity.EnergyJ, $"{n + 8:X2}", n);
                meanings.Add(MBusQuantity.Volume, $"{n + 16:X2}", n - 6);
            }
            for (int n = 0; n < 2; n++)
            {
                meanings.Add(MBusQuantity.EnergyWh, $"FB{n:X2}", n - 1 + 6);
                meanings.Add(MBusQuantity.EnergyJ, $"FB{n + 8:X2}", n - 1 + 9);
                meanings.Add(MBusQuantity.Volume, $"FB{n + 16:X2}", n + 2);
            }
            return meanings;
        }
    }

    [Theory]
    [MemberData(nameof(Meanings))]
    public void Each_meaning_has_its_quantity_and_power_of_ten(MBusQuantity quantity, string vif, int exponent)
    {
        foreach (MBusQuantity asked in Enum.GetValues<MBusQuantity>())
        {
            BusMeter meter = MBusFrameTests.Meter([1], MBusFrameTests.Point(asked, 0, (sbyte)exponent));
            (_, BusResult result, long register) = MeterDialogue.ReadOne(
                meter, 1, FrameMaker.Records(1, [0x04, .. FieldFrames.Hex(vif), 0x39, 0x30, 0, 0]));
            Assert.Equal(asked == quantity ? (BusResult.Ok, 12345) : (BusResult.Absent, 0), (result, register));
        }
    }

    [Theory]
    // mass, power, flow; FB and FD beyond the energies; made another by an extension: of one phase, backwards; in words; the maker's own
    [InlineData("04 18 39300000")]
    [InlineData("04 2B 39300000")]
    [InlineData("04 3B 39300000")]
    [InlineData("04 FB02 39300000")]
    [InlineData("04 FB0A 39300000")]
    [InlineData("04 FB12 39300000")]
    [InlineData("04 FD13 39300000")]
    [InlineData("04 933B 39300000")]
    [InlineData("04 933C 39300000")]
    [InlineData("04 93BC3B 39300000")]
    [InlineData("04 93FF01 39300000")]
    [InlineData("04 FB903C 39300000")]
    [InlineData("04 7C034D3343 39300000")]
    [InlineData("04 7F 39300000")]
    [InlineData("04 FF13 39300000")]
    // a maximum, a minimum, during an error; of the past; of a tariff; of a part of the meter
    [InlineData("14 13 39300000")]
    [InlineData("24 13 39300000")]
    [InlineData("34 13 39300000")]
    [InlineData("44 13 39300000")]
    [InlineData("8401 13 39300000")]
    [InlineData("8410 13 39300000")]
    [InlineData("8440 13 39300000")]
    // floating point; no number; the maker's part
    [InlineData("05 13 00E44046")]
    [InlineData("0F 0413 39300000")]
    public void A_record_that_is_not_the_register_is_passed_over(string record)
    {
        BusMeter meter = MBusFrameTests.Meter([1], MBusFrameTests.Point(MBusQuantity.Volume, 0, -3));
        Assert.Equal((BusResult.Ok, BusResult.Absent, 0), MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(1, FieldFrames.Hex(record))));
        if (record.StartsWith("0F", StringComparison.Ordinal))
            return;
        byte[] before = FieldFrames.Hex("2F 0D 78 03 414243 0D FD11 C2 1234 02 FC 03 482574 74 D411" + record + "2F 04 13 07000000 2F");
        Assert.Equal((BusResult.Ok, BusResult.Ok, 7), MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(1, before)));
    }

    [Fact]
    public void Every_coding_storage_and_tariff_comes_back()
    {
        Gen.Select(Gen.Int[0, 10], Gen.Long, Gen.Int[0, 65535], Gen.Int[0, 255], Gen.Int[-9, 9]).Sample((coding, any, storage, tariff, exponent) =>
        {
            (byte code, int bytes, bool isDigits) = Codings[coding];
            long number = isDigits ? Math.Abs(any % (long)Math.Pow(10, 2 * bytes)) : any >> (64 - 8 * bytes);
            if (!isDigits && number == long.MinValue >> (64 - 8 * bytes))
                number++;
            byte[] coded = isDigits ? FrameMaker.Digits(number, bytes) : LittleEndian(number)[..bytes];
            int found = Math.Clamp(exponent, -6, 1);
            var point = new MBusPoint { Quantity = MBusQuantity.Volume, Storage = (ushort)storage, Tariff = (byte)tariff, Exponent = (sbyte)found };
            byte[] record = [.. Head(code, storage, tariff), (byte)(0x10 + found + 6), .. coded];
            BusMeter meter = MBusFrameTests.Meter([1], point);
            (BusResult exchange, BusResult result, long register) = MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(1, record));
            Assert.Equal((BusResult.Ok, BusResult.Ok, number), (exchange, result, register));
            // One byte less, and nothing of the frame is believed.
            Assert.Equal(BusResult.Malformed, MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(1, record[..^1])).Exchange);
        });
    }

    [Fact]
    public void Raw_counts_in_the_points_power_of_ten_and_what_does_not_divide_or_fit_is_refused()
    {
        Gen.Select(Gen.Long[-99999999999, 99999999999], Gen.Int[-6, 1], Gen.Int[-9, 9]).Sample((number, found, wanted) =>
        {
            number = number >> 10 << 10;
            BusMeter meter = MBusFrameTests.Meter([1], MBusFrameTests.Point(MBusQuantity.Volume, 0, (sbyte)wanted));
            byte[] answer = FrameMaker.Records(1, [0x07, (byte)(0x10 + found + 6), .. LittleEndian(number)]);
            (_, BusResult result, long register) = MeterDialogue.ReadOne(meter, 1, answer);
            decimal exact = found >= wanted ? number * Power(found - wanted) : number / Power(wanted - found);
            BusResult expected = exact != decimal.Truncate(exact) ? BusResult.WrongUnitOfMeasure
                : exact is > long.MaxValue or < long.MinValue ? BusResult.NotANumber : BusResult.Ok;
            Assert.Equal((expected, expected == BusResult.Ok ? (long)exact : 0), (result, register));
        });
    }

    [Theory]
    [InlineData("04 13 00000080", BusResult.NotANumber, 0)]
    [InlineData("02 13 0080", BusResult.NotANumber, 0)]
    [InlineData("07 13 0000000000000080", BusResult.NotANumber, 0)]
    [InlineData("0C 13 FFFFFFFF", BusResult.NotANumber, 0)]
    [InlineData("0C 13 0A000000", BusResult.NotANumber, 0)]
    [InlineData("0C 13 563412F0", BusResult.Ok, -123456)]
    [InlineData("04 13 FFFFFFFF", BusResult.Ok, -1)]
    [InlineData("0D 13 C4 56341200", BusResult.NotANumber, 0)]
    [InlineData("00 13", BusResult.NotANumber, 0)]
    [InlineData("08 13", BusResult.NotANumber, 0)]
    [InlineData("04 13 01000000 04 13 01000000", BusResult.Ok, 1)]
    [InlineData("04 13 01000000 04 13 02000000", BusResult.Unsteady, 0)]
    [InlineData("04 13 01000000 04 13 00000080", BusResult.Unsteady, 0)]
    [InlineData("04 13 01000000 04 13 02000000 04 13 01000000", BusResult.Unsteady, 0)]
    [InlineData("02 13 0100 0C 13 01000000", BusResult.Ok, 1)]
    [InlineData("04 9300 01000000", BusResult.Ok, 1)]
    [InlineData("04 938000 01000000 04 93BC00 02000000", BusResult.Ok, 1)]
    public void A_register_is_a_number_and_one(string records, BusResult expected, long register)
    {
        BusMeter meter = MBusFrameTests.Meter([1], MBusFrameTests.Point(MBusQuantity.Volume, 0, -3));
        Assert.Equal((BusResult.Ok, expected, register), MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(1, FieldFrames.Hex(records))));
    }

    [Theory]
    // the head ends: before the value information, within its extensions, within the words of a unit, at a length, at FB
    [InlineData("04")]
    [InlineData("84")]
    [InlineData("04 93")]
    [InlineData("04 7C")]
    [InlineData("04 7C 40 41")]
    [InlineData("0D 13")]
    [InlineData("0D 13 05 01020304")]
    [InlineData("04 FB")]
    // eleven extensions, forms that the norm does not have, a length that its editions do not agree on
    [InlineData("84 8080808080808080808000 13 00000000")]
    [InlineData("04 93 8080808080808080808000 00000000")]
    [InlineData("3F")]
    [InlineData("7F")]
    [InlineData("8F")]
    [InlineData("0D 13 F0 00112233445566778899AABBCCDDEE")]
    [InlineData("0D 13 F5 00")]
    public void A_record_that_ends_early_or_has_no_form_makes_the_whole_answer_malformed(string damage)
    {
        BusMeter meter = MBusFrameTests.Meter([1], MBusFrameTests.Point(MBusQuantity.Volume, 0, -3));
        byte[] answer = FrameMaker.Records(1, [0x04, 0x13, 5, 0, 0, 0, .. FieldFrames.Hex(damage)]);
        Assert.Equal((BusResult.Malformed, BusResult.Refused, 0), MeterDialogue.ReadOne(meter, 1, answer));
    }

    [Fact]
    public void Ten_extensions_of_each_kind_are_still_a_record()
    {
        BusMeter meter = MBusFrameTests.Meter([1], MBusFrameTests.Point(MBusQuantity.Volume, 0, -3));
        byte[] records = FieldFrames.Hex("84 80808080808080808000 13 05000000 04 93 8080808080808080803C 09000000");
        Assert.Equal((BusResult.Ok, BusResult.Ok, 5), MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(1, records)));
    }

    [Theory]
    [InlineData("mbus_example_data_01", 1, MBusQuantity.EnergyWh, 0, 3)]
    [InlineData("mbus_REL-Relay-Padpuls2", 22, MBusQuantity.Volume, 0, -2)]
    [InlineData("mbus_LGB_G350", 1, MBusQuantity.Volume, 1, -3)]
    public void No_bit_that_flips_and_no_cut_gives_another_register(string name, byte address, MBusQuantity quantity, ushort storage, sbyte exponent)
    {
        FrameDamage.NeverReadsAnother(MBusFrameTests.Meter([address], MBusFrameTests.Point(quantity, storage, exponent)), 1, FieldFrames.Answer(name));
    }

    [Fact]
    public void Arbitrary_bytes_never_throw_and_are_never_read_beyond_their_end()
    {
        foreach (string name in new[] { "mbus_Elster-F2", "mbus_LGB_G350", "mbus_neg_too_long_var_vif" })
        {
            FrameDamage.NeverThrows(
                () => MBusFrameTests.Meter([MBusFrame.AnyAnswering], MBusFrameTests.Point(MBusQuantity.Volume, 0, -9)),
                FieldFrames.Answer(name),
                frame =>
                {
                    (frame[0], frame[3], frame[^1]) = (0x68, 0x68, 0x16);
                    frame[1] = frame[2] = (byte)(frame.Length - 6);
                    (frame[4], frame[6]) = (0x08, 0x72);
                    frame[^2] = (byte)frame[4..^2].Sum(b => b);
                });
        }
    }

    [Fact]
    public void A_point_survives_the_table_and_one_out_of_its_range_is_refused()
    {
        Gen.Select(Gen.Byte[0, 5], Gen.UShort, Gen.Byte, Gen.SByte, Gen.Byte).Sample((quantity, storage, tariff, exponent, extension) =>
        {
            var point = new MBusPoint { Quantity = (MBusQuantity)quantity, Storage = storage, Tariff = tariff, Exponent = exponent, Extension = extension };
            MBusPoint read = PointTable.Copy(point, new MBusPoint());
            Assert.Equal(((MBusQuantity)quantity, storage, tariff, exponent), (read.Quantity, read.Storage, read.Tariff, read.Exponent));
            Assert.Equal(extension, read.Extension);
            Assert.Equal(quantity is >= 1 and <= 3 && exponent is >= -9 and <= 9 && extension < 0x80, read.IsWithinLimits());
            Assert.True(read.IsOf(BusProtocol.MBus) && !read.IsOf(BusProtocol.Dlt645) && !read.IsOf(BusProtocol.Cjt188));
        });
    }

    private static readonly (byte Code, int Bytes, bool IsDigits)[] Codings =
    [
        (1, 1, false), (2, 2, false), (3, 3, false), (4, 4, false), (6, 6, false), (7, 8, false),
        (9, 1, true), (10, 2, true), (11, 3, true), (12, 4, true), (14, 6, true),
    ];

    private static decimal Power(int exponent)
    {
        decimal power = 1;
        for (int i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    private static byte[] LittleEndian(long number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }

    /// <summary>DIF and DIFE: one bit of the storage, then four of it and two of the tariff a byte (EN 13757-3, 6.3.2).</summary>
    private static byte[] Head(byte code, int storage, int tariff)
    {
        List<byte> head = [(byte)(code | ((storage & 1) << 6))];
        storage >>= 1;
        while (storage != 0 || tariff != 0)
        {
            head[^1] |= 0x80;
            head.Add((byte)((storage & 0xF) | ((tariff & 3) << 4)));
            storage >>= 4;
            tariff >>= 2;
        }
        return head.ToArray();
    }
}
