using System.Text;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Tables;

public sealed class FactoryNoticeTests
{
    [Fact]
    public void The_line_is_what_the_format_says()
    {
        string line = FactoryNotice.Line("ESP32_REV3", [0x24, 0x0A, 0xC4, 0x01, 0x02, 0xFF], 100, "", "I:\\node.key");
        Assert.Equal("EMF1 chip=240AC40102FF target=ESP32_REV3 application=100 node=- needs=I:\\node.key", line);
        Assert.Contains("`" + line + "`", File.ReadAllText(Support.Repository.PathOf("firmware", "FORMAT.md")));
        Assert.Equal(line, Encoding.ASCII.GetString(FactoryNotice.Datagram(line)));
    }

    [Fact]
    public void A_datagram_is_printable_ASCII_and_bounded()
    {
        Assert.Equal("a?b?", Encoding.ASCII.GetString(FactoryNotice.Datagram("a\nb\u00e9")));
        Assert.Equal(Limits.BlockBytesMin, FactoryNotice.Datagram(new string('x', 5000)).Length);
    }
}
