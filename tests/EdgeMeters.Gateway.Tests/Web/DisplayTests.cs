using System.Reflection;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Dashboard;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Web;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(0L, "0.000")]
    [InlineData(7L, "0.007")]
    [InlineData(1_234_567L, "1,234.567")]
    [InlineData(-1500L, "−1.500")]
    [InlineData(long.MaxValue, "9,223,372,036,854,775.807")]
    [InlineData(long.MinValue, "−9,223,372,036,854,775.808")]
    public void Amounts_are_exact_to_the_last_base_unit(long amount, string text) => Assert.Equal(text, Display.Amount(amount));

    [Theory]
    [InlineData(0, "0 s ago", "0 秒前")]
    [InlineData(59, "59 s ago", "59 秒前")]
    [InlineData(60, "1 min ago", "1 分钟前")]
    [InlineData(7500, "2 h 5 min ago", "2 小时 5 分钟前")]
    [InlineData(273_600, "3 d 4 h ago", "3 天 4 小时前")]
    [InlineData(-5, "in 5 s", "5 秒后")]
    public void Ages_are_said_in_both_languages(long seconds, string english, string chinese)
    {
        Assert.Equal(english, Texts.For(Language.English).Ago(seconds));
        Assert.Equal(chinese, Texts.For(Language.Chinese).Ago(seconds));
    }

    [Fact]
    public void Every_text_is_there_in_both_languages_and_they_differ()
    {
        var properties = typeof(Texts).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.PropertyType == typeof(string)).ToList();
        Assert.True(properties.Count > 50);
        foreach (var property in properties.Where(one => one.Name != nameof(Texts.Obis)))
        {
            string english = (string)property.GetValue(Texts.For(Language.English))!;
            string chinese = (string)property.GetValue(Texts.For(Language.Chinese))!;
            Assert.True(english.Length > 0 && english.All(letter => letter < '\u2e80'), $"{property.Name}: {english}");
            Assert.True(chinese.Any(letter => letter is >= '\u4e00' and <= '\u9fff'), $"{property.Name}: {chinese}");
        }
    }

    [Fact]
    public void Every_flag_of_quality_has_a_word_on_the_page()
    {
        foreach (var flag in Enum.GetValues<IntervalQuality>())
        {
            string english = Assert.Single(Texts.For(Language.English).Names(flag));
            string chinese = Assert.Single(Texts.For(Language.Chinese).Names(flag));
            Assert.NotEqual(english, chinese);
        }
    }

    [Fact]
    public void Every_event_is_a_sentence_in_both_languages()
    {
        foreach (var code in Enum.GetValues<EventCode>())
        {
            var told = new NodeEvent("n", 1, 1, 1000, code, null, 5, 9);
            Assert.EndsWith(".", EventSentence.Of(told, Language.English));
            Assert.EndsWith("。", EventSentence.Of(told, Language.Chinese));
            Assert.DoesNotContain("Event ", EventSentence.Of(told, Language.English));
            Assert.DoesNotMatch("^code-", Gateway.Api.EventWords.Of(code));
        }
    }

    [Theory]
    [InlineData(2, 900, 0)] // the demo: a quarter of an hour of 2-second intervals
    [InlineData(900, 86_400, 0)] // the field: a day of quarter hours
    [InlineData(86_400, 86_400, 0)]
    [InlineData(0, 86_400, 3600)] // not known yet
    public void The_chart_begins_with_a_range_that_suits_the_period(int periodSeconds, int rangeSeconds, int stepSeconds)
    {
        Assert.Equal(rangeSeconds, ChartView.DefaultRange(periodSeconds));
        Assert.Equal(stepSeconds, ChartView.DefaultStep(rangeSeconds, periodSeconds));
    }

    [Fact]
    public void No_default_view_draws_more_bars_than_a_screen_has_room_for()
    {
        foreach (int period in new[] { 2, 10, 60, 300, 900, 3600, 86_400 })
        {
            foreach (int range in ChartView.Ranges(period))
            {
                int step = ChartView.DefaultStep(range, period);
                Assert.InRange(range / (step == 0 ? period : step), 1, 2_500);
                Assert.Contains(step, ChartView.Steps(range, period));
            }
        }
    }

    [Fact]
    public void Days_on_the_chart_are_whole_days_of_the_pages_offset_and_never_longer_than_the_bound()
    {
        long end = new DateTimeOffset(2026, 3, 1, 13, 7, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var view = ChartView.EndingAt(end, ChartView.Year, 86_400);
        Assert.Equal(0L, (view.FromUtcSeconds + 28_800L) % 86_400);
        Assert.Equal(0L, (view.ToUtcSeconds + 28_800L) % 86_400);
        Assert.True(view.ToUtcSeconds >= end);
        Assert.Equal((uint)ChartView.Year, view.ToUtcSeconds - view.FromUtcSeconds);
    }
}
