using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>Virtual meters of DL/T 645, CJ/T 188 and M-Bus say what was published or follows from the norms, byte by byte.</summary>
public class ProtocolMeterTests
{
    private static DialFace Frozen(long reading)
    {
        Dial dial = new(TimeProvider.System, Unit.Wh, reading, perHour: 0, seed: 1);
        return new DialFace(dial);
    }

    private static string Ask(IBusListener meter, string request)
    {
        List<BusSpeech> speeches = [];
        meter.Hear(Convert.FromHexString(request.Replace(" ", "")), speeches);
        return speeches.Count == 0 ? "" : Convert.ToHexString(Assert.Single(speeches).Bytes);
    }

    private static void AssertAnswer(string expected, IBusListener meter, string request) => Assert.Equal(expected.Replace(" ", ""), Ask(meter, request));

    private static Dlt645Device Dlt645(int blockBytesMax = 192, bool isOf1997 = false, string address = "000000000161")
    {
        Dlt645Device meter = new(address, isOf1997) { BlockBytesMax = blockBytesMax };
        return meter;
    }

    /// <summary>hwhale.com/article/138066: bus trace of meter 000000000161.</summary>
    [Fact]
    public void A_dlt645_meter_answers_as_in_the_published_trace()
    {
        Dlt645Device meter = Dlt645();
        meter.Put("00010000", () => [0x26, 0, 0, 0]);
        meter.Put("00030000", () => [0x26, 0, 1, 0]);
        AssertAnswer("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16", meter, "68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16");
        AssertAnswer("68 61 01 00 00 00 00 68 91 08 33 33 36 33 59 33 34 33 8D 16", meter, "68 61 01 00 00 00 00 68 11 04 33 33 36 33 16 16");
        AssertAnswer("68 61 01 00 00 00 00 68 D1 01 35 39 16", meter, "68 61 01 00 00 00 00 68 11 04 32 35 34 33 15 16");
    }

    [Fact]
    public void A_dlt645_meter_is_found_by_query_and_by_wildcards_and_silent_to_others_and_to_the_broadcast_of_time()
    {
        Dlt645Device meter = Dlt645();
        meter.Put("00010000", () => [0x26, 0, 0, 0]);
        AssertAnswer("68 61 01 00 00 00 00 68 93 06 94 34 33 33 33 33 5F 16", meter, "68 AA AA AA AA AA AA 68 13 00 DF 16");
        Assert.NotEqual("", Ask(meter, "68 61 01 AA AA AA AA 68 11 04 33 33 34 33 BC 16"));
        Assert.Equal("", Ask(meter, "68 62 01 00 00 00 00 68 11 04 33 33 34 33 15 16"));
        Assert.Equal("", Ask(meter, "68 99 99 99 99 99 99 68 08 06 63 48 43 55 44 59 54 16"));
    }

    [Fact]
    public void What_has_no_room_in_one_dlt645_frame_follows_in_numbered_ones()
    {
        Dlt645Device meter = Dlt645(blockBytesMax: 20);
        meter.Put("0001FF00", () => [.. Enumerable.Repeat<byte[]>([0x26, 0, 0, 0], 6).SelectMany(number => number)]);
        AssertAnswer(
            "68 61 01 00 00 00 00 68 B1 18 33 32 34 33 59 33 33 33 59 33 33 33 59 33 33 33 59 33 33 33 59 33 33 33 81 16",
            meter, "68 61 01 00 00 00 00 68 11 04 33 32 34 33 13 16");
        AssertAnswer("68 61 01 00 00 00 00 68 92 09 33 32 34 33 59 33 33 33 34 BF 16", meter, "68 61 01 00 00 00 00 68 12 05 33 32 34 33 34 49 16");
        Assert.StartsWith("68610100000000" + "68D2", Ask(meter, "68 61 01 00 00 00 00 68 12 05 33 32 34 33 35 4A 16"));
    }

    /// <summary>kaledl.com/down/1493168: sample of DL/T 645-1997.</summary>
    [Fact]
    public void A_dlt645_meter_of_1997_answers_as_in_the_published_sample()
    {
        Dlt645Device meter = Dlt645(isOf1997: true, address: "138000130754");
        meter.Put("9010", () => [1, 0, 0, 0]);
        AssertAnswer("68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16", meter, "68 54 07 13 00 80 13 68 01 02 43 C3 DA 16");
    }

    [Fact]
    public void Writes_to_a_dlt645_meter_are_refused_and_fill_bytes_are_sent_where_it_has_that_habit()
    {
        Dlt645Device meter = new("000000000161") { WakeUps = 3, EndsWithFF = true };
        AssertAnswer("FE FE FE 68 61 01 00 00 00 00 68 D4 01 37 3E 16 FF", meter, "68 61 01 00 00 00 00 68 14 00 46 16");
    }

    private const string ReadWater = "68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16";

    [Fact]
    public void A_cjt188_water_meter_answers_with_both_orders_and_both_places_of_the_unit()
    {
        foreach (bool isPrintedOrder in new[] { false, true })
        {
            foreach (bool isUnitFirst in new[] { false, true })
            {
                Cjt188Device meter = new(0x10, "78330011223344", isPrintedOrder, isUnitFirst) { WakeUps = 0 };
                meter.Put(0, 0x2C, Frozen(667700));
                string answer = Ask(meter, isPrintedOrder ? "68 10 44 33 22 11 00 33 78 01 03 90 1F 00 80 16" : ReadWater);
                string number = isUnitFirst ? "2C00776600" : "007766002C";
                Assert.StartsWith("6810443322110033788116" + (isPrintedOrder ? "901F" : "1F90") + "00" + number, answer);
                Assert.Equal(2 * (13 + 0x16), answer.Length);
                AssertSum(answer);
            }
        }
    }

    [Fact]
    public void A_cjt188_heat_meter_has_its_heat_second_and_refuses_what_it_does_not_have()
    {
        Cjt188Device meter = new(0x20, "78330011223344") { WakeUps = 0 };
        meter.Put(1, 0x05, Frozen(1234));
        string answer = Ask(meter, "68 20 44 33 22 11 00 33 78 01 03 1F 90 02 92 16");
        Assert.StartsWith("682044332211003378812E1F9002" + "0000000005" + "3412000005", answer);
        AssertSum(answer);
        AssertAnswer("68 20 44 33 22 11 00 33 78 C1 03 02 00 00 A3 16", meter, "68 20 44 33 22 11 00 33 78 01 03 D1 20 02 92 16");
        Assert.StartsWith("6820443322110033788303" + "0A81", Ask(meter, "68 AA AA AA AA AA AA AA AA 03 03 0A 81 00 49 16"));
        Assert.Equal("", Ask(meter, ReadWater));
    }

    private static void AssertSum(string answer)
    {
        byte[] bytes = Convert.FromHexString(answer);
        Assert.Equal((byte)bytes[..^2].Sum(b => b), bytes[^2]);
        Assert.Equal(0x16, bytes[^1]);
    }

    [Fact]
    public void An_mbus_meter_is_reset_read_in_telegrams_and_repeats_its_answer_while_the_count_bit_rests()
    {
        MBusDevice meter = new(1, "12345678", medium: 7) { RecordsPerTelegramMax = 1 };
        meter.Put("volume", storage: 0, tariff: 0, exponent: -3, bytes: 4, isDecimal: true, Frozen(123456));
        meter.Put("energy-wh", storage: 17, tariff: 2, exponent: 0, bytes: 4, isDecimal: false, Frozen(0x01020304));
        AssertAnswer("E5", meter, "10 40 01 41 16");
        string first = Ask(meter, "10 7B 01 7C 16");
        Assert.Contains("0C1356341200" + "1F", first);
        Assert.Equal(first, Ask(meter, "10 7B 01 7C 16"));
        string second = Ask(meter, "10 5B 01 5C 16");
        // Storage 17: its lowest bit in the DIF, 8 in the first DIFE; tariff 2 beside it.
        Assert.Contains("C428" + "0304030201", second);
        Assert.Equal("", Ask(meter, "10 5B 02 5D 16"));
        Assert.NotEqual("", Ask(meter, "10 5B FE 59 16"));
    }

    [Theory]
    [InlineData("78 56 34 12 FF FF FF FF", true)]
    [InlineData("FF FF FF 1F FF FF FF FF", true)]
    [InlineData("78 56 34 12 FF FF FF 07", true)]
    [InlineData("78 56 34 12 FF FF FF 04", false)]
    [InlineData("79 56 34 12 FF FF FF FF", false)]
    public void An_mbus_meter_is_selected_by_its_number_and_then_answers_at_253(string mask, bool isSelected)
    {
        MBusDevice meter = new(1, "12345678", medium: 7);
        byte[] content = Convert.FromHexString("53FD52" + mask.Replace(" ", ""));
        string frame = "680B0B68" + Convert.ToHexString(content) + ((byte)content.Sum(b => b)).ToString("X2") + "16";
        Assert.Equal(isSelected ? "E5" : "", Ask(meter, frame));
        Assert.Equal(isSelected, Ask(meter, "10 7B FD 78 16").Length > 0);
    }
}
