using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

/// <summary>Equality of what blocks carry, field by field, so that a failure names the field.</summary>
internal static class WireAssert
{
    public static void Same(ReadingBlock expected, ReadingBlock actual)
    {
        Assert.Equal(expected.Epoch, actual.Epoch);
        Assert.Equal(expected.LayoutId, actual.LayoutId);
        Assert.Equal(expected.FirstSequence, actual.FirstSequence);
        Assert.Equal(expected.StartUtcSeconds, actual.StartUtcSeconds);
        Assert.Equal(expected.PeriodSeconds, actual.PeriodSeconds);
        Assert.Equal(expected.Clock, actual.Clock);
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(expected.Channels, actual.Channels);
        int readings = expected.Rows * expected.Channels;
        Assert.Equal(expected.Qualities.AsSpan(0, readings), actual.Qualities.AsSpan(0, readings));
        Assert.Equal(expected.Registers.AsSpan(0, readings).ToArray(), actual.Registers.AsSpan(0, readings).ToArray());
    }

    public static void Same(EventBlock expected, EventBlock actual)
    {
        Assert.Equal(expected.Epoch, actual.Epoch);
        Assert.Equal(expected.LayoutId, actual.LayoutId);
        Assert.Equal(expected.FirstSequence, actual.FirstSequence);
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.UtcSeconds[i], actual.UtcSeconds[i]);
            Assert.Equal(expected.Codes[i], actual.Codes[i]);
            Assert.Equal(expected.Channels[i], actual.Channels[i]);
            Assert.Equal(expected.A[i], actual.A[i]);
            Assert.Equal(expected.B[i], actual.B[i]);
        }
    }

    public static void Same(ChannelLayout[] expected, ChannelLayout[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].MeterSerial, actual[i].MeterSerial);
            Assert.Equal(expected[i].Register, actual[i].Register);
            Assert.Equal(expected[i].Unit, actual[i].Unit);
            Assert.Equal(expected[i].Numerator, actual[i].Numerator);
            Assert.Equal(expected[i].Denominator, actual[i].Denominator);
            Assert.Equal(expected[i].Modulus, actual[i].Modulus);
            Assert.Equal(expected[i].RateMaxPerHour, actual[i].RateMaxPerHour);
        }
    }
}
