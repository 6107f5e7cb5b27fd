using CsCheck;
using EdgeMeters.Firmware.Tests.Bus;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Firmware.Tests.Registers;

public sealed class RegisterDecoderTests
{
    [Theory]
    // wirenboard/wb-mqtt-serial: TModbusTest.Query.dat, 0x0102030405060708
    [InlineData("01 02 03 04 05 06 07 08", RegisterType.U64, WordOrder.Abcd, 1, 72623859790382856)]
    [InlineData("00 15", RegisterType.U16, WordOrder.Abcd, 1, 21)]
    // Eastron SDM320Y manual, float 100.0
    [InlineData("42 C8 00 00", RegisterType.F32, WordOrder.Abcd, 1000, 100000)]
    // mbmd sdm.go's import register, 3.14 kWh
    [InlineData("40 48 F5 C3", RegisterType.F32, WordOrder.Abcd, 1000, 3140)]
    [InlineData("80 00 00 00", RegisterType.F32, WordOrder.Abcd, 1000, 0)]
    // 12345.678 in three orders, computed
    [InlineData("46 40 E6 B6", RegisterType.F32, WordOrder.Abcd, 1000, 12345678)]
    [InlineData("E6 B6 46 40", RegisterType.F32, WordOrder.Cdab, 1000, 12345678)]
    [InlineData("B6 E6 40 46", RegisterType.F32, WordOrder.Dcba, 1000, 12345678)]
    [InlineData("40 46 B6 E6", RegisterType.F32, WordOrder.Badc, 1000, 12345678)]
    // arivin29/note-rencana: TUF-2000M T1 36.6254, low word first
    [InlineData("80 6B 42 12", RegisterType.F32, WordOrder.Cdab, 10000, 366254)]
    // esphome pzemac.cpp: 38 Wh, low word first
    [InlineData("00 26 00 00", RegisterType.U32, WordOrder.Cdab, 1, 38)]
    // dzlabing/dds238 README: reactive power -2 as i16
    [InlineData("FF FE", RegisterType.I16, WordOrder.Abcd, 1, -2)]
    [InlineData("FF FF FF FE", RegisterType.I32, WordOrder.Abcd, 1, -2)]
    [InlineData("FF FF FF FF FF FF FF FE", RegisterType.I64, WordOrder.Abcd, 1, -2)]
    [InlineData("FF FF FF FF", RegisterType.U32, WordOrder.Abcd, 1, 4294967295)]
    public void Published_words_decode(string words, RegisterType type, WordOrder order, int floatScale, long expected)
    {
        Assert.True(RegisterDecoder.TryDecode(ModbusVectors.Bytes(words), type, order, floatScale, out long register));
        Assert.Equal(expected, register);
    }

    [Theory]
    [InlineData("7F 80 00 00", RegisterType.F32)]
    [InlineData("FF 80 00 00", RegisterType.F32)]
    [InlineData("7F C0 00 00", RegisterType.F32)]
    [InlineData("7F 7F FF FF", RegisterType.F32)]
    [InlineData("80 00 00 00 00 00 00 00", RegisterType.U64)]
    public void What_is_no_number_or_too_large_is_refused(string words, RegisterType type)
    {
        Assert.False(RegisterDecoder.TryDecode(ModbusVectors.Bytes(words), type, WordOrder.Abcd, 1000, out long register));
        Assert.Equal(0, register);
    }

    [Fact]
    public void A_float_is_scaled_exactly_and_rounded_once()
    {
        Gen.Select(Gen.UInt, Gen.Int[1, 1000000]).Sample((bits, scale) =>
        {
            float number = BitConverter.UInt32BitsToSingle(bits);
            byte[] words = [(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits];
            bool decoded = RegisterDecoder.TryDecode(words, RegisterType.F32, WordOrder.Abcd, scale, out long register);
            // A double holds a float times 20 bits exactly.
            double exact = Math.Round((double)number * scale, MidpointRounding.AwayFromZero);
            if (!float.IsFinite(number) || Math.Abs(exact) >= 9.2233720368547758E18)
                return !decoded;
            return decoded && register == (long)exact;
        });
    }
}
