using EdgeMeters.Metering.Time;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Time;

public sealed class CertificateTimeTests
{
    private const long Kept = 1_790_000_000_000;
    private const long Told = 1_795_000_000_000;

    [Theory]
    [InlineData(ClockQuality.Synchronised, Kept, Told, Kept)]
    [InlineData(ClockQuality.Holdover, Kept, Told, Kept)]
    [InlineData(ClockQuality.Unset, Kept, Told, Told)]
    [InlineData(ClockQuality.Unset, Told, Kept, Kept)]
    [InlineData(ClockQuality.Unset, Kept, -1, Kept)]
    [InlineData(ClockQuality.Unset, Kept, 5000, Kept)]
    [InlineData(ClockQuality.Unset, 90000, Told, Told)]
    [InlineData(ClockQuality.Unset, 90000, -1, -1)]
    public void The_gateways_time_comes_first_then_SNTP_then_the_journals_then_nothing(ClockQuality quality, long clockMs, long sntpMs, long expected)
    {
        Assert.Equal(expected, CertificateTime.Choose(clockMs, quality, sntpMs));
    }
}
