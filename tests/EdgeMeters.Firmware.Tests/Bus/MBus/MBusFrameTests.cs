using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Firmware.Tests.Bus.MBus;

/// <summary>Frames that others published, and what is refused by name.</summary>
public sealed class MBusFrameTests
{
    /// <summary>Frame, primary address, quantity, storage, exponent in which raw counts, what is read. Decodes of rscada/libmbus stand beside its frames.</summary>
    public static TheoryData<string, byte, MBusQuantity, ushort, sbyte, BusResult, long> Readings => new()
    {
        // 10834.092 m³ of the past hour, and none of now
        { "mbus_LGB_G350", 1, MBusQuantity.Volume, 1, -3, BusResult.Ok, 10834092 },
        { "mbus_LGB_G350", 1, MBusQuantity.Volume, 0, -3, BusResult.Absent, 0 },
        { "mbus_LGB_G350", 1, MBusQuantity.EnergyWh, 0, 0, BusResult.Absent, 0 },
        // 28760.81 m³ now, 25973.82 m³ at the last of its months
        { "mbus_REL-Relay-Padpuls2", 22, MBusQuantity.Volume, 0, -2, BusResult.Ok, 2876081 },
        { "mbus_REL-Relay-Padpuls2", 22, MBusQuantity.Volume, 0, -3, BusResult.Ok, 28760810 },
        { "mbus_REL-Relay-Padpuls2", 22, MBusQuantity.Volume, 0, -1, BusResult.WrongUnitOfMeasure, 0 },
        { "mbus_REL-Relay-Padpuls2", 22, MBusQuantity.Volume, 1, -2, BusResult.Ok, 2597382 },
        { "mbus_example_data_01", 1, MBusQuantity.EnergyWh, 0, 3, BusResult.Ok, 1389817 },
        { "mbus_example_data_01", 1, MBusQuantity.EnergyWh, 0, 0, BusResult.Ok, 1389817000 },
        { "mbus_example_data_01", 1, MBusQuantity.Volume, 0, -1, BusResult.Ok, 5046470 },
        { "mbus_example_data_01", 1, MBusQuantity.EnergyJ, 0, 0, BusResult.Absent, 0 },
        { "mbus_Elster-F2", 8, MBusQuantity.EnergyWh, 0, 3, BusResult.Ok, 5272 },
        { "mbus_Elster-F2", 4, MBusQuantity.EnergyWh, 0, 3, BusResult.Ok, 5272 },
        { "mbus_eastron_sdm630", 10, MBusQuantity.EnergyWh, 0, 0, BusResult.Absent, 0 },
        { "mbus_abb_delta", 1, MBusQuantity.EnergyWh, 0, 1, BusResult.Ok, 0 },
        { "mbus_filler", 0, MBusQuantity.EnergyWh, 0, 0, BusResult.Absent, 0 },
        { "mbus_EDC", 1, MBusQuantity.EnergyWh, 0, 3, BusResult.Absent, 0 },
        { "mbus_example_binary16_lvar", 0, MBusQuantity.Volume, 0, 0, BusResult.Absent, 0 },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public void A_published_answer_gives_the_register_that_the_point_names(
        string name, byte address, MBusQuantity quantity, ushort storage, sbyte exponent, BusResult expected, long register)
    {
        byte[] answer = FieldFrames.Answer(name);
        // The address in the frame is the truth; where the list above names another, the meter is asked as the only one.
        byte asked = answer[5] == address ? address : MBusFrame.AnyAnswering;
        BusMeter meter = Meter([asked], Point(quantity, storage, exponent));
        List<byte[]> requests = MeterDialogue.Read(meter, request => request[1] == 0x40 ? [0xE5] : answer);
        Assert.Equal(asked, requests[0][2]);
        Assert.Equal((expected, register), MeterDialogue.Take(meter));
        Assert.True(meter.IsDoubtful);
    }

    [Theory]
    [InlineData("mbus_EDC", 0x3B, 35)]
    [InlineData("mbus_EDC", 0x3C, 465)]
    [InlineData("mbus_filler", 0x3B, 5)]
    public void A_meter_that_counts_both_ways_gives_the_one_that_is_asked(string name, byte extension, long expected)
    {
        MBusPoint point = Point(MBusQuantity.EnergyWh, 0, 3);
        point.Extension = extension;
        Assert.Equal((BusResult.Ok, BusResult.Ok, expected), MeterDialogue.ReadOne(Meter([MBusFrame.AnyAnswering], point), 1, FieldFrames.Answer(name)));
    }

    [Fact]
    public void Each_reading_begins_with_a_reset_and_the_question_alternates()
    {
        BusMeter meter = Meter([1], Point(MBusQuantity.Volume, 0, 0));
        List<byte[]> requests = MeterDialogue.Read(
            meter, request => request[1] == 0x40 ? FieldFrames.Answer("mbus_snd_nke") : FrameMaker.Records(1, 0x1F));
        Assert.Equal(FieldFrames.Request("mbus_snd_nke"), requests[0]);
        byte[][] questions = [[0x10, 0x7B, 0x01, 0x7C, 0x16], FieldFrames.Request("mbus_req_ud2")];
        Assert.Equal([questions[0], questions[1], questions[0], questions[1]], requests[1..]);
        Assert.Equal((BusResult.Absent, 0), MeterDialogue.Take(meter));
    }

    [Fact]
    public void What_the_next_answer_holds_is_asked_for_only_while_a_register_is_sought()
    {
        byte[] first = FrameMaker.Records(1, 0x04, 0x13, 1, 0, 0, 0, 0x1F);
        byte[] second = FrameMaker.Records(1, 0x04, 0x06, 2, 0, 0, 0);
        BusMeter meter = Meter([1], Point(MBusQuantity.Volume, 0, -3), Point(MBusQuantity.EnergyWh, 0, 3));
        Assert.Equal(3, MeterDialogue.Read(meter, request => request[1] == 0x40 ? [0xE5] : request[1] == 0x7B ? first : second).Count);
        Assert.Equal((BusResult.Ok, 1), MeterDialogue.Take(meter, 0));
        Assert.Equal((BusResult.Ok, 2), MeterDialogue.Take(meter, 1));

        BusMeter content = Meter([1], Point(MBusQuantity.Volume, 0, -3));
        Assert.Equal(2, MeterDialogue.Read(content, request => request[1] == 0x40 ? [0xE5] : first).Count);
        Assert.Equal((BusResult.Ok, 1), MeterDialogue.Take(content));
    }

    [Fact]
    public void A_meter_is_selected_by_its_secondary_address_and_must_be_the_one()
    {
        // 12345678, manufacturer 0442, version 1, medium 7
        byte[] secondary = FieldFrames.Hex("78563412 4204 01 07");
        byte[] answer = FrameMaker.Records(33, 0x04, 0x13, 5, 0, 0, 0);
        BusMeter meter = Meter(secondary, Point(MBusQuantity.Volume, 0, -3));
        List<byte[]> requests = MeterDialogue.Read(meter, request => request[0] == 0x68 ? [0xE5] : answer);
        Assert.Equal(FrameMaker.Long(0x53, 0xFD, 0x52, secondary), requests[0]);
        Assert.Equal(FieldFrames.Hex("10 7B FD 78 16"), requests[1]);
        Assert.Equal((BusResult.Ok, 5), MeterDialogue.Take(meter));
        for (int at = 0; at < secondary.Length; at++)
        {
            byte[] other = [.. secondary];
            other[at] ^= 0x10;
            Assert.Equal(BusResult.WrongMeter, MeterDialogue.ReadOne(Meter(other, Point(MBusQuantity.Volume, 0, -3)), 1, answer).Exchange);
        }
    }

    [Theory]
    [InlineData("FFFFFFFF FFFF FF FF", BusResult.Ok)]
    [InlineData("78F63F12 4204 FF 07", BusResult.Ok)]
    [InlineData("F8563FF2 FFFF 01 FF", BusResult.Ok)]
    [InlineData("F9563FF2 4204 01 07", BusResult.WrongMeter)]
    [InlineData("78F53F12 4204 01 07", BusResult.WrongMeter)]
    [InlineData("7856FF2F 4204 01 07", BusResult.WrongMeter)]
    [InlineData("FFFFFFFF F204 01 07", BusResult.WrongMeter)]
    [InlineData("FFFFFFFF 42F4 01 07", BusResult.WrongMeter)]
    [InlineData("FFFFFFFF 4204 0F 07", BusResult.WrongMeter)]
    [InlineData("FFFFFFFF 4204 01 F7", BusResult.WrongMeter)]
    public void Wildcards_are_digits_in_the_identification_and_whole_bytes_behind_it(string secondary, BusResult expected)
    {
        BusMeter meter = Meter(FieldFrames.Hex(secondary), Point(MBusQuantity.Volume, 0, -3));
        Assert.Equal(expected, MeterDialogue.ReadOne(meter, 1, FrameMaker.Records(33, 0x04, 0x13, 5, 0, 0, 0)).Exchange);
    }

    [Theory]
    [InlineData("mbus_neg_premature_end_of_data1", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_premature_end_of_dif1", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_too_long_var_vif", 5, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_premature_end_of_data2", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_premature_end_of_dif2", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_premature_end_of_vif1", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_premature_end_of_var_vif1", 5, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_too_many_dife", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_too_many_vife", 2, BusResult.Malformed, 0)]
    [InlineData("mbus_neg_too_short_header", 2, BusResult.WrongLength, 0)]
    [InlineData("mbus_neg_error", 1, BusResult.Refused, 0)]
    [InlineData("mbus_neg_unspecified_error", 1, BusResult.Refused, 0)]
    [InlineData("mbus_neg_unimplemented_ci", 1, BusResult.Refused, 1)]
    [InlineData("mbus_neg_buffer_too_long", 1, BusResult.Refused, 2)]
    [InlineData("mbus_neg_too_many_records", 1, BusResult.Refused, 3)]
    [InlineData("mbus_neg_premature_end_of_record", 1, BusResult.Refused, 4)]
    [InlineData("mbus_neg_too_many_difes", 1, BusResult.Refused, 5)]
    [InlineData("mbus_neg_too_many_vifes", 1, BusResult.Refused, 6)]
    [InlineData("mbus_neg_application_busy", 1, BusResult.Refused, 8)]
    [InlineData("mbus_neg_too_many_readouts", 1, BusResult.Refused, 9)]
    public void What_libmbus_calls_an_error_is_refused_whole_and_for_its_own_reason(string name, byte address, BusResult expected, byte code)
    {
        // The first record of the malformed ones is a volume in good order: it must not be taken.
        BusMeter meter = Meter([address], Point(MBusQuantity.Volume, 0, -3));
        (BusResult exchange, BusResult result, long register) = MeterDialogue.ReadOne(meter, 1, FieldFrames.Answer(name));
        Assert.Equal(expected, exchange);
        Assert.Equal((BusResult.Refused, 0), (result, register));
        Assert.Equal(code, meter.RefusalCode);
        Assert.Equal(code == 8, meter.IsBusy);
    }

    [Fact]
    public void A_meter_that_is_busy_says_later()
    {
        BusMeter meter = Meter([1], Point(MBusQuantity.Volume, 0, -3));
        Assert.Equal(BusResult.Refused, MeterDialogue.ReadOne(meter, 1, FrameMaker.Long(0x08, 1, 0x70, 8)).Exchange);
        Assert.True(meter.IsBusy);
        Assert.Equal(BusResult.Refused, MeterDialogue.ReadOne(meter, 1, FrameMaker.Long(0x08, 1, 0x70)).Exchange);
        Assert.False(meter.IsBusy);
    }

    [Theory]
    [InlineData(BusResult.WrongMeter, 0x08, 2, 0x72)]
    [InlineData(BusResult.WrongFunction, 0x09, 1, 0x72)]
    [InlineData(BusResult.WrongFunction, 0x53, 1, 0x72)]
    [InlineData(BusResult.WrongFunction, 0x08, 1, 0x73)]
    [InlineData(BusResult.WrongFunction, 0x08, 1, 0x76)]
    [InlineData(BusResult.WrongFunction, 0x08, 1, 0x7A)]
    [InlineData(BusResult.Ok, 0x08, 1, 0x72)]
    [InlineData(BusResult.Ok, 0x28, 1, 0x72)]
    [InlineData(BusResult.Ok, 0x38, 1, 0x72)]
    public void What_is_not_the_answer_is_named(BusResult expected, byte control, byte address, byte information)
    {
        byte[] answer = FrameMaker.Long(control, address, information, [.. new byte[12], 0x04, 0x13, 5, 0, 0, 0]);
        Assert.Equal(expected, MeterDialogue.ReadOne(Meter([1], Point(MBusQuantity.Volume, 0, -3)), 1, answer).Exchange);
    }

    [Fact]
    public void Lengths_begins_sum_and_end_are_each_checked()
    {
        byte[] good = FrameMaker.Records(1, 0x04, 0x13, 5, 0, 0, 0);
        Assert.Equal(BusResult.Ok, After(frame => frame[0] = 0x68));
        Assert.Equal(BusResult.Malformed, After(frame => frame[0] = 0x10));
        Assert.Equal(BusResult.WrongLength, After(frame => frame[1]++));
        Assert.Equal(BusResult.WrongLength, After(frame => frame[2]--));
        Assert.Equal(BusResult.WrongLength, After(frame => frame[1] = frame[2] = 2));
        Assert.Equal(BusResult.Malformed, After(frame => frame[3] = 0x16));
        Assert.Equal(BusResult.BadChecksum, After(frame => frame[^2]++));
        Assert.Equal(BusResult.Malformed, After(frame => frame[^1]++));
        Assert.Equal(BusResult.WrongLength, Judge(FrameMaker.Long(0x08, 1, 0x72, new byte[11])));
        Assert.Equal(BusResult.Ok, Judge(FrameMaker.Long(0x08, 1, 0x72, new byte[12])));
        Assert.Equal(BusResult.WrongFunction, Judge([0xE5]));

        BusResult After(Action<byte[]> damage)
        {
            byte[] frame = [.. good];
            damage(frame);
            return Judge(frame);
        }
    }

    [Fact]
    public void A_reset_is_acknowledged_by_one_byte_and_nothing_else()
    {
        BusMeter meter = Meter([1], Point(MBusQuantity.Volume, 0, -3));
        meter.Begin(0);
        MeterDialogue.Ask(meter, 0);
        Assert.Equal(1, meter.AnswerBytesMax);
        Assert.Equal(BusResult.WrongFunction, MeterDialogue.Answer(meter, 0, FrameMaker.Records(1)));
        Assert.Equal(BusResult.Malformed, MeterDialogue.Answer(meter, 0, [0xE4]));
        Assert.Equal(BusResult.Ok, MeterDialogue.Answer(meter, 0, [0xE5]));
        Assert.Equal(1, meter.FrameBytes);
    }

    internal static MBusPoint Point(MBusQuantity quantity, ushort storage, sbyte exponent) =>
        new() { Quantity = quantity, Storage = storage, Exponent = exponent };

    internal static MBusMeter Meter(byte[] address, params BusPoint[] points) =>
        new(new MeterTable { Protocol = BusProtocol.MBus, Address = address }, points);

    private static BusResult Judge(byte[] answer) =>
        MeterDialogue.ReadOne(Meter([1], Point(MBusQuantity.Volume, 0, -3)), 1, answer).Exchange;
}
