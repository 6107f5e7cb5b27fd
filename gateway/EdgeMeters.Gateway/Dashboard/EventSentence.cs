using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>Says an event in a sentence: its two numbers mean something else for every code.</summary>
internal static class EventSentence
{
    public static string Of(NodeEvent told, Language language)
    {
        var texts = Texts.For(language);
        string Pick(string english, string chinese) => language == Language.Chinese ? chinese : english;
        return told.Code switch
        {
            EventCode.Started => Started(told, texts, Pick),
            EventCode.PulsesInDoubt => Pick(
                $"Up to {Display.Count(told.A)} pulses may be missing; the register went on from {Display.Count(told.B)}.",
                $"最多可能少计 {Display.Count(told.A)} 个脉冲；示数从 {Display.Count(told.B)} 继续。"),
            EventCode.PulseRateExceeded => Pick(
                $"{Display.Count(told.A)} pulses in {Display.Count(told.B)} ms: more than the contact can give.",
                $"{Display.Count(told.B)} 毫秒内 {Display.Count(told.A)} 个脉冲，超出触点能力。"),
            EventCode.ClockSet => Pick(
                $"Clock set from {ClockTime(told.A)} to {ClockTime(told.B)}.",
                $"时钟由 {ClockTime(told.A)} 校准为 {ClockTime(told.B)}。"),
            EventCode.JournalOverflow => Pick(
                $"Journal full: the oldest readings, sequences {told.A} to {told.B}, were given up.",
                $"日志已满：最早的读数（序号 {told.A} 至 {told.B}）已放弃。"),
            EventCode.SequencesUnavailable => Pick(
                $"Journal damaged: sequences {told.A} to {told.B} will never come.",
                $"日志损坏：序号 {told.A} 至 {told.B} 不会再送达。"),
            EventCode.MeterSilent => Pick($"The meter does not answer (error {told.A}).", $"表计无应答（错误 {told.A}）。"),
            EventCode.MeterBack => Pick(
                $"The meter answers again; intervals missed: {Display.Count(told.A)}.",
                $"表计恢复应答，期间缺 {Display.Count(told.A)} 个时段。"),
            _ => Pick($"Event {(byte)told.Code}: {told.A}, {told.B}.", $"事件 {(byte)told.Code}：{told.A}，{told.B}。"),
        };
    }

    /// <summary>Class of the mark: events after which readings are lost or in doubt stand out.</summary>
    public static string Class(EventCode code) => code switch
    {
        EventCode.JournalOverflow or EventCode.SequencesUnavailable => "implausible",
        EventCode.PulsesInDoubt or EventCode.PulseRateExceeded or EventCode.MeterSilent => "doubt",
        _ => "valid",
    };

    private static string Started(NodeEvent told, Texts texts, Func<string, string, string> pick)
    {
        // A new journal has no record that the node could have been off since.
        if (told.B == 1)
            return pick("The node started with a new journal.", "节点以新建的日志启动。");
        return told.A < 0
            ? pick("The node started; its clock can't tell for how long it was off.", "节点已启动，时钟无法得知停机多久。")
            : pick($"The node started, {texts.Duration(told.A)} after its last record.", $"节点已启动，距上次记录 {texts.Duration(told.A)}。");
    }

    private static string ClockTime(long utcSeconds) => utcSeconds is >= 0 and <= uint.MaxValue ? Display.Time((uint)utcSeconds) : $"{utcSeconds} s";
}
