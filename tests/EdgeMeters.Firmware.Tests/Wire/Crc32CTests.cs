using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class Crc32CTests
{
    /// <summary>RFC 3720, B.4: 32 bytes each, the CRC as a number (the RFC prints its bytes, lowest first).</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    [InlineData("1F1E1D1C1B1A191817161514131211100F0E0D0C0B0A09080706050403020100", 0x113FDB5Cu)]
    [InlineData("01C00000000000000000000000000000140000000000040000000014000000182800000000000000" + "0200000000000000", 0xD9963A56u)]
    public void The_vectors_of_RFC_3720_are_met(string hex, uint expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Equal(expected, Crc32C.Compute(bytes, 0, bytes.Length));
    }

    [Fact]
    public void The_check_word_of_the_polynomial_is_met()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8.ToArray(), 0, 9));
    }

    [Fact]
    public void No_bytes_have_the_CRC_zero()
    {
        Assert.Equal(0u, Crc32C.Compute([], 0, 0));
    }

    [Fact]
    public void A_CRC_taken_in_two_parts_is_the_CRC_of_the_whole()
    {
        byte[] bytes = "123456789"u8.ToArray();
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            uint crc = Crc32C.Append(Crc32C.Compute(bytes, 0, cut), bytes, cut, bytes.Length - cut);
            Assert.Equal(0xE3069283u, crc);
        }
    }
}
