using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class ObisCodeTests
{
    [Fact]
    public void Any_code_comes_back_from_its_text()
    {
        Gen.Byte.Array[ObisCode.Bytes].Sample(code =>
        {
            byte[] read = new byte[7];
            Assert.True(ObisCode.TryParse(ObisCode.Format(code, 0), read, 1));
            Assert.Equal(code, read[1..6]);
        });
    }

    [Fact]
    public void Imported_active_energy_is_1_0_1_8_0()
    {
        byte[] code = new byte[ObisCode.Bytes];
        Assert.True(ObisCode.TryParse("1-0:1.8.0", code, 0));
        Assert.Equal([1, 0, 1, 8, 0], code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1-0:1.8")]
    [InlineData("1-0:1.8.")]
    [InlineData("1-0:1.8.0.255")]
    [InlineData("1-0:1.8.0*255")]
    [InlineData("1.0.1.8.0")]
    [InlineData("01-0:1.8.0")]
    [InlineData("1-0:1.8.00")]
    [InlineData("256-0:1.8.0")]
    [InlineData("1-0:1.99999999999.0")]
    [InlineData("-0:1.8.0")]
    [InlineData("1-0:1.8.0 ")]
    [InlineData("1-0:1.8.٣")]
    public void Text_that_is_no_code_in_its_one_spelling_is_refused(string text)
    {
        Assert.False(ObisCode.TryParse(text, new byte[ObisCode.Bytes], 0));
    }
}
