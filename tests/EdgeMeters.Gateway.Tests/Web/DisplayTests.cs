using System.Reflection;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Dashboard;
using EdgeMeters.Gateway.Downlink;
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
        Assert.Equal(Enum.GetValues<EventCode>().Length, Enum.GetValues<EventCode>().Select(Gateway.Api.EventWords.Of).Distinct().Count());
    }

    [Fact]
    public void Every_command_outcome_state_and_reason_has_words_of_its_own_in_both_languages_and_in_the_api()
    {
        AssertWords(Enum.GetValues<CommandCode>(), (texts, one) => texts.Name(one), Gateway.Api.CommandWords.Of);
        AssertWords(Enum.GetValues<CommandOutcome>(), (texts, one) => texts.Name(one), Gateway.Api.CommandWords.Of);
        AssertWords(Enum.GetValues<OrderState>(), (texts, one) => texts.Name(one), Gateway.Api.CommandWords.Of);
        AssertWords(Enum.GetValues<RestartReason>(), (texts, one) => texts.Name(one), null);
        AssertWords(Enum.GetValues<OrderRefusal>()[1..], (texts, one) => texts.Refused(one), null);
        foreach (var code in Enum.GetValues<CommandCode>())
        {
            Assert.True(Gateway.Api.CommandWords.TryParse(Gateway.Api.CommandWords.Of(code), out var parsed));
            Assert.Equal(code, parsed);
        }
        Assert.Equal("outcome-77", Gateway.Api.CommandWords.Of((CommandOutcome)77));
        Assert.Contains("77", Texts.For(Language.Chinese).Name((CommandOutcome)77), StringComparison.Ordinal);

        static void AssertWords<T>(T[] all, Func<Texts, T, string> name, Func<T, string>? word)
        {
            Assert.All(all, one => Assert.Matches("^[A-Za-z]", name(Texts.For(Language.English), one)));
            Assert.All(all, one => Assert.DoesNotMatch("[0-9]", name(Texts.For(Language.English), one)));
            Assert.All(all, one => Assert.Matches("[\u4e00-\u9fff]", name(Texts.For(Language.Chinese), one)));
            Assert.Equal(all.Length, all.Select(one => name(Texts.For(Language.English), one)).Distinct().Count());
            Assert.Equal(all.Length, all.Select(one => name(Texts.For(Language.Chinese), one)).Distinct().Count());
            if (word != null)
                Assert.All(all, one => Assert.Matches("^[a-z-]+$", word(one)));
        }
    }

    [Theory]
    [InlineData(EventCode.Running, 3, 0, "Application 3 runs, in the factory state without a configuration.", "应用版本 3 运行中，出厂状态，尚无配置。")]
    [InlineData(EventCode.Running, 3, 12, "Application 3 runs with configuration 12.", "应用版本 3、配置版本 12 运行中。")]
    [InlineData(EventCode.Stopping, 3, 0, "The node stops: another application comes into force.", "节点停止：新应用生效。")]
    [InlineData(EventCode.Stopping, 259, 0, "The node stops: reason 0.", "节点停止：原因 0。")]
    [InlineData(EventCode.CommandDone, 42, 256 * 4 + 4, "Command 42, align register: the register is another than believed; nothing was changed.", "命令 42（示数对齐）：示数与预期不符，未作更改。")]
    [InlineData(EventCode.CommandDone, 42, 256 * 99 + 98, "Command 42, code 99: outcome 98.", "命令 42（代码 99）：结果 98。")]
    [InlineData(EventCode.RegisterRead, 1234, 0, "Read on command: 1,234 raw units.", "按命令抄读：原始示数 1,234。")]
    [InlineData(EventCode.RegisterRead, 0, 2, "Read on command: its answers are disturbed.", "按命令抄读：应答校验错误。")]
    [InlineData(EventCode.Configuration, 12, 2, "Configuration 12 did not reach the gateway and was taken back.", "配置版本 12 未能连通网关，已退回上一版本。")]
    [InlineData(EventCode.Configuration, 12, 9, "Configuration 12: 9.", "配置版本 12：9。")]
    [InlineData(EventCode.Update, 4, 3, "Application 4 failed its trial; the one before runs again.", "应用版本 4 试运行失败，已回退到上一版本。")]
    [InlineData(EventCode.CableCut, 1, 500, "The cable to the meter's contact is cut or shorted; pulses are missed.", "表计触点线缆断开或短路，脉冲会漏计。")]
    [InlineData(EventCode.CableCut, 0, 500, "The cable to the meter's contact is whole again.", "表计触点线缆已恢复正常。")]
    [InlineData(EventCode.MagneticTamper, 1, 500, "A magnet holds both of the meter's contacts; nothing is counted.", "磁场干扰使表计两个触点同时吸合，无法计数。")]
    [InlineData(EventCode.MagneticTamper, 0, 500, "The magnet at the meter's contacts is gone.", "表计触点处的磁场干扰已消失。")]
    [InlineData(EventCode.ReverseFlow, 2, 4500, "The meter turned back by 2 pulses; the register waits at 4,500 until they have come forward again.", "表计反转 2 个脉冲；示数停在 4,500，待正转补足后继续。")]
    [InlineData(EventCode.ContactStuck, 1, 500, "A contact of the meter stands far too long; if it is stuck, pulses are missed.", "表计触点过久未动作；若已粘连，脉冲会漏计。")]
    [InlineData(EventCode.ContactStuck, 0, 500, "The meter's contact moves again.", "表计触点已恢复动作。")]
    public void An_event_says_its_numbers_in_words(EventCode code, long a, long b, string english, string chinese)
    {
        var told = new NodeEvent("n", 1, 1, 1000, code, null, a, b);
        Assert.Equal(english, EventSentence.Of(told, Language.English));
        Assert.Equal(chinese, EventSentence.Of(told, Language.Chinese));
    }

    [Theory]
    [InlineData(EventCode.Configuration, 4)]
    [InlineData(EventCode.Update, 5)]
    public void Every_step_of_a_configuration_and_an_update_is_a_sentence_of_its_own(EventCode code, int steps)
    {
        foreach (var language in Enum.GetValues<Language>())
            Assert.Equal(steps, Enumerable.Range(0, steps).Select(b => EventSentence.Of(new NodeEvent("n", 1, 1, 1, code, null, 7, b), language)).Distinct().Count(s => !s.Contains("7:", StringComparison.Ordinal) && !s.Contains("7：", StringComparison.Ordinal)));
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
