using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Forward;

public sealed class QualityCodesTests
{
    [Theory]
    [InlineData(IntervalQuality.Valid, "valid", "2.0.0")]
    [InlineData(IntervalQuality.Suspect, "suspect", "2.5.258")]
    [InlineData(IntervalQuality.Missing, "missing", "2.5.259")]
    [InlineData(IntervalQuality.Gap, "gap", "2.4.2")]
    [InlineData(IntervalQuality.Decreased, "decreased", "2.4.8")]
    [InlineData(IntervalQuality.Rollover, "rollover", "2.4.1")]
    [InlineData(IntervalQuality.TooHigh, "too-high", "2.5.256")]
    [InlineData(IntervalQuality.ClockDoubt, "clock-doubt", "2.1.9")]
    [InlineData(IntervalQuality.First, "first", "2.0.0")]
    [InlineData(IntervalQuality.First | IntervalQuality.ClockDoubt, "clock-doubt first", "2.1.9")]
    [InlineData(IntervalQuality.Gap | IntervalQuality.Suspect, "suspect gap", "2.5.258 2.4.2")]
    public void Each_quality_has_its_words_and_its_codes(IntervalQuality quality, string words, string codes)
    {
        Assert.Equal(words.Split(' '), QualityCodes.Words(quality));
        Assert.Equal(codes.Split(' '), QualityCodes.Codes(quality));
    }

    [Fact]
    public void No_flag_is_without_a_word()
    {
        foreach (var flag in Enum.GetValues<IntervalQuality>().Where(flag => flag != IntervalQuality.Valid))
            Assert.NotEqual("valid", Assert.Single(QualityCodes.Words(flag)));
        Assert.Equal(8, QualityCodes.Words((IntervalQuality)255).Count);
    }
}
