using System.Text.Json;

namespace EdgeMeters.SystemTests.Field;

/// <summary>"read" of meters that speak no Modbus, with published exchanges.</summary>
public sealed class ReadProtocolTests
{
    // The trace at hwhale.com/article/138066: meter 000000000161.
    private const string ImportRequest = "68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16";
    private const string ImportAnswer = "FE FE FE 68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16";

    // rscada/libmbus, test/test-frames/example_data_01.hex: an Aquametro AMTRON heat meter.
    private const string Amtron =
        "68 31 31 68 08 01 72 45 58 57 03 B4 05 34 04 9E 00 27 B6 03 06 F9 34 15 03 15 C6 00 4D 05 2E 00 00 00 00 05 3D 00 00 00 00 "
        + "05 5B 22 F3 26 42 05 5F C7 DA 0D 42 FA 16";

    // CJ/T 188-2004: a heat meter, 12.34 kWh now and 1000 kWh on settlement day, 56.78 m³, 55.5 °C and 40.2 °C; sum computed with each answer.
    private const string HeatAnswer =
        "68 20 44 33 22 11 00 33 78 81 2E 1F 90 02 00 00 10 00 05 34 12 00 00 05 15 00 00 00 17 50 03 00 00 35 78 56 00 00 2C "
        + "50 55 00 20 40 00 34 12 00 30 15 10 22 11 26 20 00 00 64 16";

    private static (int ExitCode, (string Register, string Value, string? Unit)[] Rows, JsonElement[] All) Read(FrameMeter meter, params string[] arguments)
    {
        (int exitCode, JsonElement[] rows, _) = FieldTool.Read(["--port", meter.Port, "--timeout", "200", .. arguments]);
        return (exitCode, [.. rows.Select(r =>
            (r.GetProperty("register").GetString()!, r.GetProperty("value").GetRawText(), r.GetProperty("unit").GetString()))], rows);
    }

    private static string? Error(JsonElement row) => row.GetProperty("error").GetString();

    [Fact]
    public void A_DLT645_register_is_read()
    {
        using FrameMeter meter = FrameMeter.Of((ImportRequest, ImportAnswer));
        var (exitCode, rows, all) = Read(meter, "--protocol", "dlt645", "--address", "000000000161", "--di", "00010000");
        Assert.Equal(0, exitCode);
        Assert.Equal(("00010000 import active energy total", "0.26", "kWh"), Assert.Single(rows));
        Assert.Equal("26 00 00 00", all[0].GetProperty("raw").GetString());
    }

    [Fact]
    public void A_DLT645_meter_is_read_by_its_profile()
    {
        using FrameMeter meter = FrameMeter.Of(
            (ImportRequest, ImportAnswer),
            ("68 61 01 00 00 00 00 68 11 04 33 33 35 33 15 16", "68 61 01 00 00 00 00 68 91 08 33 33 35 33 59 34 33 33 8C 16"));
        var (exitCode, rows, all) = Read(meter, "--profile", "dlt645-2007-single-phase", "--address", "000000000161");
        Assert.Equal(0, exitCode);
        Assert.Equal([("1-0:1.8.0", "260", "Wh"), ("1-0:2.8.0", "1260", "Wh")], rows);
        Assert.Equal("26 01 00 00", all[1].GetProperty("raw").GetString());
    }

    [Fact]
    public void A_DLT645_block_is_read_with_the_frames_that_follow()
    {
        using FrameMeter meter = FrameMeter.Of(
            ("68 61 01 00 00 00 00 68 11 04 33 32 34 33 13 16",
                "68 61 01 00 00 00 00 68 B1 18 33 32 34 33 59 33 33 33 59 33 33 33 59 33 33 33 59 33 33 33 59 33 33 33 81 16"),
            ("68 61 01 00 00 00 00 68 12 05 33 32 34 33 34 49 16", "68 61 01 00 00 00 00 68 92 09 33 32 34 33 59 33 33 33 34 BF 16"));
        var (exitCode, rows, _) = Read(meter, "--protocol", "dlt645", "--address", "161", "--di", "0001FF00");
        Assert.Equal(0, exitCode);
        Assert.Equal(6, rows.Length);
        Assert.Equal(("00010000 import active energy total", "0.26", "kWh"), rows[0]);
        Assert.Equal(("00010500 import active energy tariff 5", "0.26", "kWh"), rows[5]);
    }

    [Fact]
    public void A_DLT645_meter_of_1997_is_read()
    {
        // kaledl.com/down/1493168: meter 138000130754.
        using FrameMeter meter = FrameMeter.Of(
            ("68 54 07 13 00 80 13 68 01 02 43 C3 DA 16", "68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16"));
        var (exitCode, rows, _) = Read(meter, "--protocol", "dlt645-1997", "--address", "138000130754", "--di", "9010");
        Assert.Equal((0, ("9010 import active energy total", "0.01", "kWh")), (exitCode, Assert.Single(rows)));
    }

    [Fact]
    public void A_refusal_of_DLT645_is_told_in_words()
    {
        using FrameMeter meter = FrameMeter.Of(("68 61 01 00 00 00 00 68 11 04 32 35 34 33 15 16", "68 61 01 00 00 00 00 68 D1 01 35 39 16"));
        var (exitCode, _, all) = Read(meter, "--protocol", "dlt645", "--address", "161", "--di", "000102FF");
        Assert.Equal(5, exitCode);
        Assert.Equal("refused: error 02: the meter has no such register", Error(Assert.Single(all)));
    }

    [Fact]
    public void All_fields_of_a_CJT188_heat_meter_are_shown()
    {
        using FrameMeter meter = FrameMeter.OfCjt188(HeatAnswer);
        var (exitCode, rows, _) = Read(meter, "--protocol", "cjt188", "--meter-type", "20", "--address", "78330011223344");
        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                ("901F heat on settlement day", "1000.00", "kWh"), ("901F heat", "12.34", "kWh"), ("901F power", "0.15", "kW"),
                ("901F flow", "0.0350", "m³/h"), ("901F volume", "56.78", "m³"), ("901F supply temperature", "55.50", "°C"),
                ("901F return temperature", "40.20", "°C"), ("901F working time", "1234", "h"),
                ("901F time", "\"2026-11-22 10:15:30\"", null), ("901F status", "\"0000\"", null),
            ],
            rows.Select(r => (r.Register, Trimmed(r.Value, r.Unit), r.Unit)));

        // Numbers are compared by what they are, not by how many zeros are written.
        static string Trimmed(string number, string? unit) => unit switch
        {
            null or "h" => number,
            "m³/h" => decimal.Parse(number).ToString("0.0000"),
            _ => decimal.Parse(number).ToString("0.00"),
        };
    }

    [Fact]
    public void The_widely_printed_CJT188_answer_with_its_wrong_sum_is_refused()
    {
        byte[] printed = FrameMeter.Bytes(
            "FE FE FE FE 68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 08 16");
        using FrameMeter meter = new(_ => printed);
        var (exitCode, rows, all) = Read(meter, "--protocol", "cjt188", "--meter-type", "10", "--address", "78330011223344");
        Assert.Equal((5, "null"), (exitCode, Assert.Single(rows).Value));
        Assert.StartsWith("bad checksum", Error(all[0]));
    }

    [Fact]
    public void All_records_of_an_MBus_meter_are_shown()
    {
        using FrameMeter meter = new(request => request[1] == 0x40 ? [0xE5] : request[1] is 0x5B or 0x7B ? FrameMeter.Bytes(Amtron) : null);
        var (exitCode, rows, _) = Read(meter, "--protocol", "mbus", "--address", "1");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("\"03575845 AMT version 52", rows[0].Value);
        Assert.Contains(("energy", "1389817000", "Wh"), rows);
        Assert.Contains(("volume", "504647", "m³"), rows.Select(r => (r.Register, r.Value.Split('.')[0], r.Unit)));
        Assert.Contains(("flow temperature", "41.7374344", "°C"), rows);
    }

    [Fact]
    public void A_reading_that_never_repeats_itself_and_falls_is_suspect()
    {
        byte counter = 0;
        using FrameMeter meter = new(_ =>
        {
            byte[] answer = FrameMeter.Bytes(ImportAnswer);
            answer[^6] -= (byte)(++counter % 7);
            answer[^2] = (byte)answer[3..^2].Sum(b => b);
            return answer;
        });
        var (exitCode, _, all) = Read(meter, "--protocol", "dlt645", "--address", "161", "--di", "00010000");
        Assert.Equal(5, exitCode);
        Assert.Equal("suspect", Assert.Single(all).GetProperty("quality").GetString());
        Assert.StartsWith("unsteady", Error(all[0]));
    }
}
