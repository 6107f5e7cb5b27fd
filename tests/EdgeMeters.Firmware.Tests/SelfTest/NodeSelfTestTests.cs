using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.HostNode;
using EdgeMeters.Metering.SelfTest;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.SelfTest;

/// <summary>The self-test prints what the repository says it prints, and no part of the core can change without a line of it changing.</summary>
public sealed class NodeSelfTestTests
{
    private const string ExpectedFile = "firmware/selftest.expected.txt";
    private const string Wire = "EdgeMeters.Wire";
    private const string Metering = "EdgeMeters.Metering";

    [Fact]
    public void It_prints_the_expected_lines_one_by_one_and_nothing_fails()
    {
        var mac = new HmacBlockMac(NodeSelfTest.MacNode, NodeSelfTest.MacKey());
        var lines = new Lines();
        int passed = NodeSelfTest.Run(mac, lines, out int failed);
        Assert.Equal(0, failed);
        string[] expected = File.ReadAllLines(Repository.PathOf(ExpectedFile));
        for (int i = 0; i < Math.Min(expected.Length, lines.Count); i++)
            Assert.True(expected[i] == lines[i], $"{ExpectedFile}, line {i + 1} is\n{expected[i]}\nand the program printed\n{lines[i]}");
        Assert.Equal(expected.Length, lines.Count);
        Assert.Equal($"selftest: {expected.Length - 1} passed, 0 failed", lines[^1]);
        Assert.Equal(expected.Length - 1, passed);
    }

    [Fact]
    public void It_prints_the_same_lines_each_time()
    {
        var mac = new HmacBlockMac(NodeSelfTest.MacNode, NodeSelfTest.MacKey());
        var first = new Lines();
        var second = new Lines();
        NodeSelfTest.Run(mac, first, out _);
        NodeSelfTest.Run(mac, second, out _);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Lines_are_ASCII_and_short_enough_for_a_terminal()
    {
        Assert.All(File.ReadAllLines(Repository.PathOf(ExpectedFile)), line => Assert.Matches("^[ -~]{8,160}$", line));
    }

    [Theory]
    [InlineData("a wrong key")]
    [InlineData("a wrong name")]
    [InlineData("another code of every block")]
    public void Wrong_cryptography_changes_a_line_and_the_sum(string fault)
    {
        byte[] key = NodeSelfTest.MacKey();
        if (fault == "a wrong key")
            key[31] ^= 1;
        var mac = new HmacBlockMac(fault == "a wrong name" ? "selftes" : NodeSelfTest.MacNode, key);
        var lines = new Lines();
        NodeSelfTest.Run(fault.StartsWith("another", StringComparison.Ordinal) ? new UnsteadyMac() : mac, lines, out int failed);
        Assert.True(failed > 0);
        Assert.Contains(lines, line => line.StartsWith("readings mac", StringComparison.Ordinal) && line.Contains("FAILED, expected"));
        Assert.EndsWith($", {failed} failed", lines[^1]);
    }

    [Fact]
    public void A_section_that_throws_is_told_and_the_others_still_run()
    {
        var lines = new Lines();
        NodeSelfTest.Run(new BrokenMac(), lines, out int failed);
        Assert.Equal(2, failed);
        Assert.Equal(2, lines.Count(line => line.Contains("ended by: no cryptography here FAILED")));
        Assert.Contains("pulses before settling 100 ok", lines);
    }

    [Theory]
    [InlineData(Wire, "EdgeMeters.Wire.Crc32C", "MakeTable", unchecked((int)0x82F63B78), "crc32c 123456789")]
    [InlineData(Wire, "EdgeMeters.Wire.ZigZag", "Decode", 1, "zigzag back")]
    [InlineData(Wire, "EdgeMeters.Wire.ByteWriter", "VarUInt", 7, "varints")]
    [InlineData(Wire, "EdgeMeters.Wire.ByteReader", "VarUInt", 127, "varints read back")]
    [InlineData(Wire, "EdgeMeters.Wire.ByteWriter", "Bit", 128, "bits")]
    [InlineData(Wire, "EdgeMeters.Wire.ObisCode", "TryParse", 255, "obis")]
    [InlineData(Wire, "EdgeMeters.Wire.RegisterCoder", "WriteDifference", 64, "column 2")]
    [InlineData(Wire, "EdgeMeters.Wire.RegisterCoder", "TryReadDifference", 24, "column 4 read back")]
    [InlineData(Wire, "EdgeMeters.Wire.ReadingBlockWriter", "WriteQualities", 128, "readings block")]
    [InlineData(Wire, "EdgeMeters.Wire.BlockEnvelope", "Open", 225, "readings taken")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.Modbus.Crc16", "MakeTable", 0xA001, "crc16 123456789")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.Modbus.ModbusFrame", "Judge", 128, "modbus judged")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.Modbus.ModbusFrame", "AnswerBytes", 5, "modbus judged")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.BusLine", "Receive", 0, "meter read")]
    [InlineData(Metering, "EdgeMeters.Metering.Registers.RegisterDecoder", "Bits", 16, "register type 3")]
    [InlineData(Metering, "EdgeMeters.Metering.Registers.RegisterDecoder", "TryScaleFloat", 31, "register of float")]
    [InlineData(Metering, "EdgeMeters.Metering.Registers.RegisterDecoder", "Bits", 16, "register of float")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.SumFrame", "Judge", 0x9F, "dl/t 645")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.Dlt645.Dlt645Frame", "WriteRead", 0x33, "dl/t 645")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.Cjt188.Cjt188Point", "Take", 4, "cj/t 188")]
    [InlineData(Metering, "EdgeMeters.Metering.Bus.MBus.MBusRecords", "TryNumber", 64, "m-bus")]
    [InlineData(Metering, "EdgeMeters.Metering.Registers.IntervalClock", "TryClose", 1000, "interval ends")]
    [InlineData(Metering, "EdgeMeters.Metering.Uplink.Backoff", "Next", 2, "waiting times")]
    [InlineData(Metering, "EdgeMeters.Metering.Pulse.PulseWidthFilter", "Believe", 2, "pulses before settling")]
    [InlineData(Metering, "EdgeMeters.Metering.Pulse.PulseAccumulator", "Advance", 1000, "pulses added")]
    [InlineData(Metering, "EdgeMeters.Metering.Journal.ReadingJournal", "WriteRow", 1, "flash after 120 rows")]
    [InlineData(Metering, "EdgeMeters.Metering.Journal.SectorRing", "TryAppend", 1, "flash after 120 rows")]
    public void A_number_off_by_one_anywhere_in_the_core_changes_its_line(string assembly, string type, string method, int number, string line)
    {
        var mutant = new MutantProgram(assembly, type, method, number);
        string[] told = mutant.Run(out int failed).Split('\n');
        mutant.Unload();
        Assert.True(failed > 0, $"{type}.{method} with {number} + 1 passes the self-test");
        string[] changed = told.Where(text => text.Contains("FAILED, expected")).ToArray();
        Assert.True(changed.Any(text => text.StartsWith(line + " ", StringComparison.Ordinal)), $"other lines changed:\n{string.Join("\n", changed)}");
        Assert.NotEqual(File.ReadAllLines(Repository.PathOf(ExpectedFile)), told);
    }

    private sealed class Lines : List<string>, ISelfTestOutput
    {
        public void Line(string text) => Add(text);
    }

    private sealed class UnsteadyMac : IBlockMac
    {
        private byte _count;

        public byte Suite => 1;

        public void Compute(byte[] buffer, int offset, int count, byte[] mac) => mac[0] = _count++;
    }

    private sealed class BrokenMac : IBlockMac
    {
        public byte Suite => 1;

        public void Compute(byte[] buffer, int offset, int count, byte[] mac) => throw new InvalidOperationException("no cryptography here");
    }
}
