using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>Checksums, numbers and bits as they go over wire and flash.</summary>
internal static class CodecChecks
{
    private const int Rows = 24;

    public static void Run(SelfTestReport report)
    {
        Checksums(report);
        Numbers(report);
        Bits(report);
        Codes(report);
        for (int column = 0; column < 5; column++)
            Registers(report, column);
    }

    private static void Checksums(SelfTestReport report)
    {
        byte[] digits = new byte[9];
        for (int i = 0; i < digits.Length; i++)
            digits[i] = (byte)('1' + i);
        report.Hex("crc16 123456789", Crc16.Compute(digits, 0, 9), "4b37");
        report.Hex("crc32c 123456789", Crc32C.Compute(digits, 0, 9), "e3069283");
        report.Hex("crc32c in two pieces", Crc32C.Append(Crc32C.Compute(digits, 0, 4), digits, 4, 5), "e3069283");
        report.Hex("crc32c of nothing", Crc32C.Compute(digits, 9, 0), "00000000");
    }

    private static void Numbers(SelfTestReport report)
    {
        ulong[] numbers = new ulong[] { 0, 127, 128, 16383, 16384, 4294967295, 4294967296, 9223372036854775808, ulong.MaxValue };
        byte[] buffer = new byte[64];
        ByteWriter writer = new ByteWriter();
        writer.Start(buffer, 0, buffer.Length);
        for (int i = 0; i < numbers.Length; i++)
            writer.VarUInt(numbers[i]);
        report.Digest("varints", buffer, writer.Position, "39 bytes c9b99976");
        ByteReader reader = new ByteReader();
        reader.Start(buffer, 0, writer.Position);
        int same = 0;
        for (int i = 0; i < numbers.Length; i++)
            same += reader.VarUInt() == numbers[i] && !reader.Failed ? 1 : 0;
        report.Number("varints read back", same, numbers.Length);
        report.Number("zigzag of 2", (long)ZigZag.Encode(2), 4);
        report.Hex("zigzag of the least", ZigZag.Encode(long.MinValue), "ffffffffffffffff");
        report.Number("zigzag back", ZigZag.Decode(ulong.MaxValue - 1), long.MaxValue);
        report.Text("varint of two spellings", IsRefused(0x80, 0x00), "refused");
        report.Text("varint cut short", IsRefused(0x80, 0x80), "refused");
        writer.Start(buffer, 0, 3);
        writer.UInt32(1);
        report.Number("writer out of room", writer.Overflowed ? 1 : 0, 1);
    }

    private static string IsRefused(byte first, byte second)
    {
        byte[] buffer = new byte[] { first, second };
        ByteReader reader = new ByteReader();
        reader.Start(buffer, 0, 2);
        reader.VarUInt();
        return reader.Failed ? "refused" : "taken";
    }

    private static void Bits(SelfTestReport report)
    {
        byte[] buffer = new byte[16];
        ByteWriter writer = new ByteWriter();
        writer.Start(buffer, 0, buffer.Length);
        writer.Bit(1);
        writer.Bits(5, 3);
        writer.Bits(0x8000000000000001, 64);
        writer.Bit(1);
        writer.AlignToByte();
        writer.UInt16(0xABCD);
        report.Text("bits", SelfTestReport.HexOf(buffer, 0, writer.Position), "d80000000000000018cdab");
        ByteReader reader = new ByteReader();
        reader.Start(buffer, 0, writer.Position);
        ulong head = reader.Bits(4);
        report.Hex("bits read back", reader.Bits(64) ^ (head << 32) ^ ((ulong)reader.Bit() << 16), "8000000d00010001");
        reader.AlignToByte();
        report.Hex("bytes behind bits", reader.UInt16(), "abcd");
    }

    private static void Codes(SelfTestReport report)
    {
        string[] texts = new string[] { "1-0:1.8.0", "255-255:255.255.255", "256-0:1.8.0", "1-0:1.8", "01-0:1.8.0", "1-0:1.8.0.", "" };
        string told = "";
        byte[] code = new byte[ObisCode.Bytes];
        for (int i = 0; i < texts.Length; i++)
            told = SelfTestReport.And(told, ObisCode.TryParse(texts[i], code, 0) ? ObisCode.Format(code, 0) : "no");
        report.Text("obis", told, "1-0:1.8.0 255-255:255.255.255 no no no no no");
    }

    // A household, the same with gaps, a register that was exchanged, one that stands, and one that leaps over all of 64 bits.
    private static void Registers(SelfTestReport report, int column)
    {
        long[] registers = new long[Rows];
        byte[] qualities = new byte[Rows];
        SelfTestEntropy entropy = new SelfTestEntropy(7);
        long register = 123456789;
        for (int row = 0; row < Rows; row++)
        {
            register += column == 3 ? 0 : entropy.NextUInt32() % 400;
            if (column == 2 && row == 9)
                register = 3;
            registers[row] = column != 4 ? register : Leap(row);
            if (column == 1 && row % 5 == 3)
                qualities[row] = (byte)Quality.Missing;
        }
        byte[] buffer = new byte[Rows * 12];
        ByteWriter writer = new ByteWriter();
        writer.Start(buffer, 0, buffer.Length);
        RegisterCoder coder = new RegisterCoder();
        coder.Write(writer, registers, qualities, 0, 1, Rows);
        string name = "column " + column.ToString();
        report.Digest(name, buffer, writer.Position, Expected(column));
        ByteReader reader = new ByteReader();
        reader.Start(buffer, 0, writer.Position);
        long[] back = new long[Rows];
        int same = coder.TryRead(reader, back, qualities, 0, 1, Rows) ? 0 : -1000;
        for (int row = 0; row < Rows; row++)
            same += back[row] == registers[row] || qualities[row] == (byte)Quality.Missing ? 1 : 0;
        report.Number(name + " read back", same, Rows);
    }

    private static long Leap(int row)
    {
        return row % 3 == 0 ? long.MaxValue - row : row % 3 == 1 ? long.MinValue + row : row;
    }

    private static string Expected(int column)
    {
        string[] digests = new string[]
        {
            "32 bytes 13fa1a07", "27 bytes 85b7cd10", "45 bytes 9034ba88", "8 bytes 8de19979", "183 bytes 0cc38354",
        };
        return digests[column];
    }
}
