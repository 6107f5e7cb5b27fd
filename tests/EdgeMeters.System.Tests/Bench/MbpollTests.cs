using System.Globalization;
using System.Text.RegularExpressions;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Wire;

namespace EdgeMeters.SystemTests.Bench;

/// <summary>Debian's mbpoll reads and writes our virtual Modbus meters over a pseudo-terminal: every table, every type and order that a profile may name.</summary>
public sealed partial class MbpollTests : IDisposable
{
    private const string Mbpoll = "/usr/bin/mbpoll";

    private readonly PseudoTerminal _terminal = new();
    private readonly ModbusTables _tables = new(17);
    private readonly LineServer _server;

    public MbpollTests()
    {
        DebianProgram.RequireInstalled(Mbpoll, "mbpoll");
        _server = new LineServer(_terminal, new ModbusDevice(_tables));
    }

    public void Dispose()
    {
        _server.Dispose();
        _terminal.Dispose();
    }

    [GeneratedRegex(@"^\[(\d+)\]:\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Line();

    private string[] Poll(string type, int address, int count, params string[] writes)
    {
        string[] options = ["-m", "rtu", "-a", "17", "-0", "-1", "-o", "10", "-b", "9600", "-P", "none", "-t", type, "-r", address.ToString(CultureInfo.InvariantCulture)];
        string[] read = writes.Length == 0 ? ["-c", count.ToString(CultureInfo.InvariantCulture)] : [];
        (int exitCode, string output) = DebianProgram.Run(Mbpoll, [.. options, .. read, _terminal.Path, "--", .. writes]);
        Assert.True(exitCode == 0, output);
        return [.. Line().Matches(output).Select(match => match.Groups[2].Value)];
    }

    private static DialFace Frozen(long reading) => new(new Dial(TimeProvider.System, Unit.Wh, reading, perHour: 0, seed: 1));

    private static string Decimal(long number) => number.ToString(CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("u16", "abcd", "4:hex", 0x1234, "0x1234")]
    [InlineData("u16", "badc", "4:hex", 0x1234, "0x3412")]
    [InlineData("u32", "abcd", "4:hex", 0x01020304, "0x0102 0x0304")]
    [InlineData("u32", "cdab", "4:hex", 0x01020304, "0x0304 0x0102")]
    [InlineData("i32", "badc", "4:hex", 0x01020304, "0x0201 0x0403")]
    [InlineData("i32", "dcba", "4:hex", 0x01020304, "0x0403 0x0201")]
    [InlineData("u48", "abcd", "4:hex", 0x010203040506, "0x0102 0x0304 0x0506")]
    [InlineData("i48", "cdab", "4:hex", 0x010203040506, "0x0506 0x0304 0x0102")]
    [InlineData("u64", "abcd", "4:hex", 0x0102030405060708, "0x0102 0x0304 0x0506 0x0708")]
    [InlineData("i64", "cdab", "4:hex", 0x0102030405060708, "0x0708 0x0506 0x0304 0x0102")]
    [InlineData("u64", "dcba", "4:hex", 0x0102030405060708, "0x0807 0x0605 0x0403 0x0201")]
    [InlineData("f64", "abcd", "4:hex", 1, "0x3FF0 0x0000 0x0000 0x0000")]
    [InlineData("bcd16", "abcd", "4:hex", 1234, "0x1234")]
    [InlineData("bcd32", "cdab", "4:hex", 12345678, "0x5678 0x1234")]
    [InlineData("bcd48", "abcd", "4:hex", 123456789012, "0x1234 0x5678 0x9012")]
    [InlineData("bcd64", "abcd", "4:hex", 1234567890123456, "0x1234 0x5678 0x9012 0x3456")]
    public void Mbpoll_sees_the_words_of_every_type_and_order(string type, string order, string mbpollType, long reading, string words)
    {
        RegisterCoding coding = new(type, order);
        _tables.PutDial(3, 100, coding, Frozen(reading));
        Assert.Equal(words.Split(' '), Poll(mbpollType, 100, coding.Words));
    }

    [Fact]
    public void Mbpoll_reads_numbers_as_the_dial_has_them()
    {
        _tables.PutDial(4, 0, new RegisterCoding("f32", "cdab", 1000), Frozen(123_456));
        _tables.PutDial(4, 2, new RegisterCoding("u32", "cdab"), Frozen(1_234_567_890));
        _tables.PutDial(4, 4, new RegisterCoding("u16"), Frozen(54_321));
        Assert.Equal("123.456", Assert.Single(Poll("3:float", 0, 1)));
        Assert.Equal(Decimal(1_234_567_890), Assert.Single(Poll("3:int", 2, 1)));
        Assert.Equal("54321", Assert.Single(Poll("3", 4, 1)));
    }

    [Fact]
    public void Mbpoll_reads_coils_and_discrete_inputs_and_writes_coils_that_are_to_be_written()
    {
        _tables.PutBits(1, 20, isWritable: true, true, false, true, true, false, false, false, true, true, false);
        _tables.PutBits(2, 5, isWritable: false, false, true, true);
        Assert.Equal(["1", "0", "1", "1", "0", "0", "0", "1", "1", "0"], Poll("0", 20, 10));
        Assert.Equal(["0", "1", "1"], Poll("1", 5, 3));
        Poll("0", 21, 1, "1");
        Poll("0", 24, 3, "1", "1", "0");
        Assert.Equal(["1", "1", "1", "1", "1", "1", "0", "1", "1", "0"], Poll("0", 20, 10));
    }

    [Fact]
    public void Mbpoll_writes_registers_that_are_to_be_written_one_and_several()
    {
        _tables.PutRegisters(3, 40, isWritable: true, 1, 2, 3, 4);
        Poll("4", 40, 1, "777");
        Poll("4", 41, 3, "8", "9", "65535");
        Assert.Equal(["777", "8", "9", "65535"], Poll("4:hex", 40, 4).Select(word => Decimal(Convert.ToInt32(word, 16))));
    }

    [Fact]
    public void A_dial_is_not_to_be_written_and_mbpoll_says_why()
    {
        _tables.PutDial(3, 0, new RegisterCoding("u32"), Frozen(5));
        (_, string output) = DebianProgram.Run(Mbpoll, "-m", "rtu", "-a", "17", "-0", "-1", "-b", "9600", "-P", "none", "-t", "4", "-r", "0", _terminal.Path, "--", "1");
        Assert.Contains("Illegal function", output);
        Assert.Equal(["0x0000", "0x0005"], Poll("4:hex", 0, 2));
    }
}
