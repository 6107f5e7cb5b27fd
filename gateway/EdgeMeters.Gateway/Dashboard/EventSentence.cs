using EdgeMeters.Gateway.Core;
using EdgeMeters.Metering.Bus;
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
            EventCode.MeterSilent => Pick($"No reading of the meter: {texts.Name((BusResult)ByteOf(told.A))}.", $"表计无读数：{texts.Name((BusResult)ByteOf(told.A))}。"),
            EventCode.MeterBack => Pick(
                $"The meter answers again; intervals missed: {Display.Count(told.A)}.",
                $"表计恢复应答，期间缺 {Display.Count(told.A)} 个时段。"),
            EventCode.Running => Running(told, Pick),
            EventCode.Stopping => Pick($"The node stops: {texts.Name((RestartReason)ByteOf(told.A))}.", $"节点停止：{texts.Name((RestartReason)ByteOf(told.A))}。"),
            EventCode.CommandDone => CommandDone(told, texts, Pick),
            EventCode.RegisterRead => told.B == 0
                ? Pick($"Read on command: {Display.Count(told.A)} raw units.", $"按命令抄读：原始示数 {Display.Count(told.A)}。")
                : Pick($"Read on command: {texts.Name((BusResult)ByteOf(told.B))}.", $"按命令抄读：{texts.Name((BusResult)ByteOf(told.B))}。"),
            EventCode.RegisterAligned => Pick(
                $"The pulse register was set to the dial, from {Display.Count(told.A)} to {Display.Count(told.B)} pulses.",
                $"脉冲示数已按表盘对齐：由 {Display.Count(told.A)} 改为 {Display.Count(told.B)} 个脉冲。"),
            EventCode.Configuration => Configuration(told, Pick),
            EventCode.SupplyFailing => Pick("The supply is failing; what was counted has been kept.", "供电即将中断，已计脉冲已保存。"),
            EventCode.SupplyBack => Pick(
                $"The supply is back after {Display.Count(told.A)} ms, without a restart.", $"供电在 {Display.Count(told.A)} 毫秒后恢复，未重启。"),
            EventCode.SelfTestDone => Pick(
                $"Self-test: {Display.Count(told.A)} lines passed, {Display.Count(told.B)} failed.",
                $"自检完成：通过 {Display.Count(told.A)} 项，失败 {Display.Count(told.B)} 项。"),
            EventCode.Update => Update(told, Pick),
            EventCode.CableCut => told.A == 0
                ? Pick("The cable to the meter's contact is whole again.", "表计触点线缆已恢复正常。")
                : Pick("The cable to the meter's contact is cut or shorted; pulses are missed.", "表计触点线缆断开或短路，脉冲会漏计。"),
            EventCode.MagneticTamper => told.A == 0
                ? Pick("The magnet at the meter's contacts is gone.", "表计触点处的磁场干扰已消失。")
                : Pick("A magnet holds both of the meter's contacts; nothing is counted.", "磁场干扰使表计两个触点同时吸合，无法计数。"),
            EventCode.ReverseFlow => Pick(
                $"The meter turned back by {Display.Count(told.A)} pulses; the register waits at {Display.Count(told.B)} until they have come forward again.",
                $"表计反转 {Display.Count(told.A)} 个脉冲；示数停在 {Display.Count(told.B)}，待正转补足后继续。"),
            EventCode.ContactStuck => told.A == 0
                ? Pick("The meter's contact moves again.", "表计触点已恢复动作。")
                : Pick("A contact of the meter stands far too long; if it is stuck, pulses are missed.", "表计触点过久未动作；若已粘连，脉冲会漏计。"),
            _ => Pick($"Event {(byte)told.Code}: {told.A}, {told.B}.", $"事件 {(byte)told.Code}：{told.A}，{told.B}。"),
        };
    }

    /// <summary>Class of the mark: events after which readings are lost or in doubt stand out.</summary>
    public static string Class(EventCode code) => code switch
    {
        EventCode.SupplyFailing or EventCode.CableCut or EventCode.MagneticTamper or EventCode.ReverseFlow or EventCode.ContactStuck => "doubt",
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

    private static string Running(NodeEvent told, Func<string, string, string> pick) => told.B == 0
        ? pick($"Application {told.A} runs, in the factory state without a configuration.", $"应用版本 {told.A} 运行中，出厂状态，尚无配置。")
        : pick($"Application {told.A} runs with configuration {told.B}.", $"应用版本 {told.A}、配置版本 {told.B} 运行中。");

    private static string CommandDone(NodeEvent told, Texts texts, Func<string, string, string> pick)
    {
        string command = texts.Name((CommandCode)ByteOf(told.B >> 8));
        string outcome = texts.Name((CommandOutcome)(told.B & 0xFF));
        return pick($"Command {told.A}, {command}: {outcome}.", $"命令 {told.A}（{command}）：{outcome}。");
    }

    private static string Configuration(NodeEvent told, Func<string, string, string> pick) => told.B switch
    {
        0 => pick($"Configuration {told.A} came and was stored.", $"配置版本 {told.A} 已收到并保存。"),
        1 => pick($"Configuration {told.A} is confirmed: the gateway received readings under it.", $"配置版本 {told.A} 已确认：网关已收到其下的读数。"),
        2 => pick($"Configuration {told.A} did not reach the gateway and was taken back.", $"配置版本 {told.A} 未能连通网关，已退回上一版本。"),
        3 => pick($"Configuration {told.A} can't be read; the one before stays.", $"配置版本 {told.A} 无法读取，保留上一版本。"),
        _ => pick($"Configuration {told.A}: {told.B}.", $"配置版本 {told.A}：{told.B}。"),
    };

    private static string Update(NodeEvent told, Func<string, string, string> pick) => told.B switch
    {
        0 => pick($"Application {told.A} came and was stored.", $"应用版本 {told.A} 已收到并保存。"),
        1 => pick($"Application {told.A} is on trial.", $"应用版本 {told.A} 试运行中。"),
        2 => pick($"Application {told.A} is confirmed after its healthy hour.", $"应用版本 {told.A} 已平稳运行一小时并确认。"),
        3 => pick($"Application {told.A} failed its trial; the one before runs again.", $"应用版本 {told.A} 试运行失败，已回退到上一版本。"),
        4 => pick($"Application {told.A} was refused.", $"应用版本 {told.A} 已被拒绝。"),
        _ => pick($"Application {told.A}: {told.B}.", $"应用版本 {told.A}：{told.B}。"),
    };

    /// <summary>0, which names nothing, for what is no byte.</summary>
    private static byte ByteOf(long number) => number is >= 0 and <= byte.MaxValue ? (byte)number : (byte)0;

    private static string ClockTime(long utcSeconds) => utcSeconds is >= 0 and <= uint.MaxValue ? Display.Time((uint)utcSeconds) : $"{utcSeconds} s";
}
