using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>Every word on the pages, in both languages side by side. The terms are the project's, one for each thing.</summary>
internal sealed class Texts(Language language)
{
    private static readonly Texts English = new(Language.English);
    private static readonly Texts Chinese = new(Language.Chinese);

    public static Texts For(Language language) => language == Language.Chinese ? Chinese : English;

    private string Pick(string english, string chinese) => language == Language.Chinese ? chinese : english;

    // Frame
    public string Points => Pick("Metering points", "计量点");
    public string Events => Pick("Events", "事件");
    public string Api => Pick("API", "接口");
    public string SkipToContent => Pick("Skip to content", "跳到正文");
    public string LanguageLabel => Pick("Language", "语言");
    public string TimesAre => Pick($"Times are China Standard Time, UTC{Display.OffsetText}.", $"时间均为北京时间（UTC{Display.OffsetText}）。");
    public string IntervalsAre => Pick("Intervals are labelled by their end.", "时段以结束时刻标注。");
    public string Reconnecting => Pick("The connection to the gateway is lost. Trying again…", "与网关的连接已断开，正在重连…");
    public string Reload => Pick("Reload the page", "重新载入页面");
    public string ConnectionGone => Pick("The gateway ended this view.", "网关已结束此视图。");

    // Totals
    public string ReadingsHeld => Pick("Readings held", "已存读数");
    public string Blocks => Pick("blocks", "数据块");
    public string Backlog => Pick("backlog", "积压");
    public string Nodes => Pick("Nodes", "节点");
    public string Forwarders => Pick("Forwarders", "转发");
    public string NoForwarders => Pick("No head-end is configured.", "尚未配置主站。");
    public string Settled => Pick("settled", "已送达");
    public string DeadLetters => Pick("dead letters", "死信");
    public string Overdue => Pick("overdue", "逾期");
    public string OnTime => Pick("on time", "按时");
    public string Counting => Pick("being counted", "正在统计");
    public string NeverRead => Pick("never read", "从未读到");
    public string AllTaken => Pick("all taken in", "已全部入账");
    public string HeardOf => Pick("heard of", "已上线");

    /// <param name="isLeast">There may be more.</param>
    public string UnassignedTitle(int count, bool isLeast) => Pick(
        count == 1 ? "1 unassigned meter sends readings" : $"{Display.Count(count)}{(isLeast ? " or more" : "")} unassigned meters send readings",
        $"{Display.Count(count)} 块{(isLeast ? "以上" : "")}未登记的表计正在上报读数");

    public string UnassignedText => Pick(
        "They serve no metering point of the registry. Their readings are kept and wait: add a metering point with the meter's serial number to the registry.",
        "它们不属于登记册中的任何计量点。读数已保存并等待：请在登记册中用该表号添加计量点。");

    public string AndMore(int count) => Pick($"… and {Display.Count(count)} more", $"……另有 {Display.Count(count)} 块");

    // Table of points
    public string Search => Pick("Search id, name, meter or node", "按编号、名称、表号或节点查找");
    public string All => Pick("All", "全部");
    public string OfFirst(int count, int all) => Pick(
        $"These are the first {Display.Count(count)} of {Display.Count(all)} that need attention.", $"此处列出 {Display.Count(all)} 个需关注计量点中的前 {Display.Count(count)} 个。");
    public string Attention => Pick("Needs attention", "需关注");
    public string CarrierHead => Pick("Carrier", "类别");
    public string PointHead => Pick("Metering point", "计量点");
    public string Register => Pick("Register", "示数");
    public string Age => Pick("Age", "距今");
    public string LastInterval => Pick("Last interval", "最近时段用量");
    public string QualityHead => Pick("Quality", "质量");
    public string Node => Pick("Node", "节点");
    public string NoReadingYet => Pick("no reading yet", "尚无读数");
    public string NothingFound => Pick("No metering point matches.", "没有符合条件的计量点。");
    public string ShowAll => Pick("Show all", "显示全部");
    public string Earlier => Pick("Previous", "上一页");
    public string Later => Pick("Next", "下一页");
    public string PageOf(int first, int last) => Pick($"{Display.Count(first)} to {Display.Count(last)}", $"第 {Display.Count(first)}–{Display.Count(last)} 个");
    public string PageOf(int first, int last, int total) => Pick(
        $"{Display.Count(first)} to {Display.Count(last)} of {Display.Count(total)}",
        $"第 {Display.Count(first)}–{Display.Count(last)} 个，共 {Display.Count(total)} 个");

    // Empty and broken
    public string NoPointsTitle => Pick("No metering points yet", "尚无计量点");
    public string NoPointsText => Pick(
        "The registry is empty: name metering points in the gateway's configuration, each with the serial number of its meter, and start the gateway again.",
        "登记册为空：请在网关配置中列出计量点及其表号，然后重新启动网关。");
    public string NoReadingsTitle => Pick("No readings yet", "尚无读数");
    public string NoReadingsText => Pick(
        "No readings yet: no node has delivered a block. Check that the node has power, that its certificate is known here and that it reaches the gateway's MQTT port. Readings that it took meanwhile are safe in its journal.",
        "尚无读数：还没有节点送来数据块。请检查节点是否通电、其证书是否已在本网关登记、能否连到网关的 MQTT 端口。其间的读数保存在节点日志中，不会丢失。");
    public string PointNotReadText(string meterSerial, string register) => Pick(
        $"No readings yet: no node has reported meter {meterSerial} with register {register}. Compare both with the unassigned meters, and check that the meter's node has power and reaches the gateway.",
        $"尚无读数：还没有节点上报表计 {meterSerial} 的寄存器 {register}。请与未登记的表计核对表号和寄存器，并检查节点是否通电、能否连到网关。");
    public string TroubleTitle => Pick("The store can't do its work", "存储无法正常工作");
    public string TroubleText => Pick(
        "Nodes keep what the gateway does not take. What is shown here is what it holds.",
        "网关未接收的读数由节点保留。此处显示的是网关已有的内容。");
    public string DamagedTitle => Pick("The log has faults", "日志存在错误");
    public string DamagedText => Pick(
        "Something in the log is not what it was when it was taken. Readings are still taken into custody; what is billed from the stretch below is not proven.",
        "日志中有内容与接收时不一致。读数仍被接收保管；以下区段的计费数据未经证实。");
    public string BrokenTitle => Pick("The store can't be read", "无法读取存储");
    public string BrokenText => Pick(
        "Nodes keep their readings until the gateway has them on disk, so none are lost. Check the disk and the service's log; this page goes on by itself.",
        "在网关落盘之前，节点会保留读数，不会丢失。请检查磁盘和服务日志；恢复后本页会自动继续。");
    public string ShownAsOf(string clock) => Pick($"What you see is as of {clock}.", $"以下内容截至 {clock}。");
    public string PointUnknownTitle => Pick("No such metering point", "没有此计量点");
    public string PointUnknownText(string id) => Pick($"The registry has no metering point “{id}”.", $"登记册中没有计量点“{id}”。");
    public string PageUnknownTitle => Pick("There is no such page", "没有此页面");
    public string BackToPoints => Pick("To the metering points", "返回计量点列表");

    // One point
    public string Meter => Pick("Meter", "表计");
    public string Obis => Pick("OBIS", "OBIS");
    public string Period => Pick("Period", "周期");
    public string RegisterAt(string time) => Pick($"at {time}", $"截至 {time}");
    public string Range => Pick("Range", "范围");
    public string Resolution => Pick("Show by", "粒度");
    public string RangeName(int seconds) => seconds switch
    {
        900 => Pick("15 min", "15 分钟"),
        3600 => Pick("1 h", "1 小时"),
        86_400 => Pick("24 h", "24 小时"),
        7 * 86_400 => Pick("7 days", "7 天"),
        31 * 86_400 => Pick("31 days", "31 天"),
        _ => Pick("Year", "一年"),
    };
    public string ByInterval => Pick("Interval", "时段");
    public string ByHour => Pick("Hour", "小时");
    public string ByDay => Pick("Day", "日");
    public string RegisterLine => Pick("Register line", "示数曲线");
    public string Csv => Pick("Download CSV", "下载 CSV");
    public string EarlierRange => Pick("Earlier", "更早");
    public string LaterRange => Pick("Later", "更晚");
    public string Now => Pick("Now", "现在");
    public string Loading => Pick("Loading intervals…", "正在载入时段…");
    public string ChartBroken => Pick("The intervals can't be loaded. Trying again…", "无法载入时段，正在重试…");
    public string ChartEmpty => Pick("No intervals in this range.", "此范围内没有时段。");
    public string GoToLast => Pick("Go to the last interval", "转到最近时段");
    public string Truncated => Pick("Only the newest 50,000 intervals of this range are shown.", "仅显示此范围内最近的 50，000 个时段。");
    public string ChartLabel => Pick("Consumption by interval", "各时段用量");
    public string Consumption => Pick("Consumption", "用量");
    public string Legend => Pick("What the colours say", "颜色说明");
    public string LegendValid => Pick("Valid: measured and plausible", "有效：实测且合理");
    public string LegendDoubt => Pick("In doubt: the node or its clock has a doubt that an event states", "存疑：节点或其时钟存疑，事件中有说明");
    public string LegendGap => Pick("Gap: readings are missing; the consumption of the whole gap is spread evenly over it", "间断：其间缺读数，整段用量平均分摊显示");
    public string LegendGapWithin => Pick("Gap: readings in between are missing", "间断：其间缺读数");
    public string LegendImplausible => Pick("Implausible: above the largest rate, or the register fell", "不合理：超过最大速率，或示数回退");
    public string LegendMissing => Pick("Missing: the meter gave no reading", "缺失：表计未给出读数");
    public string LegendPartial => Pick("Faint: the intervals cover only part of the hour or day", "浅色：时段只覆盖了该小时或该日的一部分");
    public string LatestIntervals => Pick("Latest intervals", "最近时段");
    public string End => Pick("End", "结束时刻");
    public string Length => Pick("Length", "长度");

    // A day of its load profile
    public string LoadProfile => Pick("Load profile: what is billed", "负荷曲线：计费数据");
    public string Day => Pick("Day", "日期");
    public string Today => Pick("Today", "今天");
    public string DayBefore => Pick("The day before", "前一天");
    public string DayAfter => Pick("The day after", "后一天");
    public string Estimated => Pick("Of it estimated", "其中估算");
    public string Edited => Pick("Of it set by people", "其中人工修改");
    public string Completeness => Pick("Completeness", "完整率");
    public string ProfileEmpty => Pick("Nothing is known of this day.", "这一天没有任何数据。");
    public string LegendMeasured => Pick("Validated: the difference of two readings, no check found anything", "有效：两次读数之差，校验未发现问题");
    public string LegendFound => Pick("Found: measured, and a check found something", "有疑问：实测，但校验发现问题");
    public string LegendEstimated => Pick("Estimated: a share of what the register grew by over a gap", "估算：缺数期间示数增量的分摊");
    public string LegendEdited => Pick("Edited: set by a person", "人工修改：由人员设定");
    public string LegendNotStated => Pick("Not stated: no consumption can be told", "无法给出：无法确定用量");
    public string EditsInForce(int count) => Pick(count == 1 ? "1 edit is in force" : $"{Display.Count(count)} edits are in force", $"生效的人工修改：{Display.Count(count)} 条");
    public string SetTo => Pick("Set to", "改为");
    public string InsteadOf => Pick("Instead of", "原值");
    public string Who => Pick("Who", "修改人");
    public string Why => Pick("Why", "原因");
    public string When => Pick("When", "修改时间");

    /// <summary>Where the consumption of an interval comes from.</summary>
    public string Name(ProfileSource source) => source switch
    {
        ProfileSource.Measured => Pick("measured", "实测"),
        ProfileSource.Interpolated => Pick("estimated along a straight line", "按直线估算"),
        ProfileSource.ByHistory => Pick("estimated by the weeks before", "按前几周估算"),
        ProfileSource.ByCheckMeter => Pick("estimated by the check meter", "按比对表估算"),
        ProfileSource.Edited => Pick("set by a person", "人工修改"),
        _ => "?",
    };

    // Events
    public string EventsTitle => Pick("Events of all nodes", "所有节点的事件");
    public string NoEventsTitle => Pick("No events yet", "尚无事件");
    public string NoEventsText => Pick("Nodes tell here when they start, set their clock, lose a meter or doubt a register.", "节点启动、校时、表计失联或示数存疑时，会在此报告。");
    public string Time => Pick("Time", "时间");
    public string WhatHappened => Pick("What happened", "事件内容");
    public string WholeNode => Pick("whole node", "整个节点");
    public string NewestOnly(int count) => Pick($"The newest {count}.", $"最新 {count} 条。");

    // Nodes
    public string SearchNode => Pick("Search node", "按名称查找节点");
    public string Session => Pick("Session", "会话");
    public string Connected => Pick("connected", "已连接");
    public string NotListening => Pick("connected, takes no commands", "已连接，不接收命令");
    public string NotConnected => Pick("not connected", "未连接");
    public string LastHello => Pick("Last hello", "最近问候");
    public string NoHelloYet => Pick("no hello yet", "尚未问候");
    public string Application => Pick("Application", "应用版本");
    public string ConfigurationHead => Pick("Configuration", "配置版本");
    public string FactoryState => Pick("factory state", "出厂状态");
    public string ConfigurationReady(uint version) => Pick($"{version} lies ready", $"待下发 {version}");
    public string ConfigurationUnfit => Pick("unfit file", "文件无效");
    public string ImageOnItsWay(uint version) => Pick($"{version} on its way", $"正在下发 {version}");
    public string ImageUnfit => Pick("unfit file", "文件无效");
    public string Board => Pick("Board", "板型");
    public string Host => Pick("Linux host", "Linux 主机");
    public string BoardNumber(byte number) => Pick($"board {number}", $"板型 {number}");
    public string LastCommand => Pick("Last command", "最近命令");
    public string Identify => Pick("Identify", "定位");
    public string IdentifyHint => Pick("The node blinks for a minute, so that it is found.", "节点闪灯一分钟，便于现场查找。");
    public string CommandsElsewhere => Pick(
        "Commands can be given on the gateway itself only: http://127.0.0.1 there, or the command line.",
        "命令只能在网关本机下达：在本机打开 http://127.0.0.1，或使用命令行。");
    public string CommandIs(string command, string state) => Pick($"{command}: {state}", $"{command}：{state}");
    public string SendsAgain(BlockKind kind, SequenceRange range) => kind == BlockKind.Events
        ? Pick($"sends events {range.First} to {range.Last} again", $"正在补发事件 {range.First} 至 {range.Last}")
        : Pick($"sends rows {range.First} to {range.Last} again", $"正在补发读数 {range.First} 至 {range.Last}");

    public string WaitingFor(int count) => Pick($"{count} waiting", $"{count} 条等待中");
    public string NoNodesTitle => Pick("No nodes yet", "尚无节点");
    public string NoNodesText => Pick(
        "No node is configured: name each in the gateway's configuration with the file of its key, and start the gateway again.",
        "尚未配置节点：请在网关配置中列出各节点及其密钥文件，然后重新启动网关。");
    public string NoNodeFound => Pick("No node matches.", "没有符合条件的节点。");
    public string NodesKeptInMemory => Pick(
        "What nodes say of themselves is kept in memory: after a start of the gateway it comes with their next hello.",
        "节点的自述只保存在内存中：网关重启后，随节点下次问候恢复。");

    /// <summary>Why a command was not taken, and what to do.</summary>
    public string Refused(OrderRefusal refusal) => refusal switch
    {
        OrderRefusal.UnknownNode => Pick("This node is not configured any more.", "此节点已不在配置中。"),
        OrderRefusal.NotHeard => Pick("The node has not said hello since the gateway started: wait until it does.", "网关启动后该节点尚未问候，请稍候。"),
        OrderRefusal.TooMany => Pick("Too many commands wait for this node: wait for their answers.", "等待该节点的命令过多，请等待其应答。"),
        OrderRefusal.NumbersUsedUp => Pick("The node has used up its command numbers: start it again.", "该节点的命令编号已用尽，请重启节点。"),
        _ => "",
    };

    public string Name(OrderState state) => state switch
    {
        OrderState.Waiting => Pick("waiting", "等待中"),
        OrderState.Done => Pick("done", "已完成"),
        OrderState.Expired => Pick("no answer in time", "超时无应答"),
        OrderState.Restarted => Pick("the node restarted before", "节点已先重启"),
        _ => "?",
    };

    public string Name(CommandCode code) => code switch
    {
        CommandCode.ReadNow => Pick("read now", "立即抄读"),
        CommandCode.Resend => Pick("resend", "补发"),
        CommandCode.ResendEvents => Pick("resend events", "补发事件"),
        CommandCode.SetClock => Pick("set clock", "校时"),
        CommandCode.AlignRegister => Pick("align register", "示数对齐"),
        CommandCode.Identify => Pick("identify", "定位"),
        CommandCode.Reboot => Pick("reboot", "重启"),
        CommandCode.SelfTest => Pick("self-test", "自检"),
        _ => Pick($"code {(byte)code}", $"代码 {(byte)code}"),
    };

    public string Name(CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Done => Pick("done", "已完成"),
        CommandOutcome.Unknown => Pick("not known to this version", "此版本不支持"),
        CommandOutcome.BadArgument => Pick("an argument is out of its range", "参数超出范围"),
        CommandOutcome.NotPulses => Pick("the channel does not count pulses", "该通道不是脉冲通道"),
        CommandOutcome.RegisterMoved => Pick("the register is another than believed; nothing was changed", "示数与预期不符，未作更改"),
        CommandOutcome.NotSettable => Pick("the host keeps its clock by other means", "主机另有授时，不可设置"),
        _ => Pick($"outcome {(byte)outcome}", $"结果 {(byte)outcome}"),
    };

    public string Name(RestartReason reason) => reason switch
    {
        RestartReason.Command => Pick("a command", "收到命令"),
        RestartReason.Configuration => Pick("another configuration comes into force", "新配置生效"),
        RestartReason.Update => Pick("another application comes into force", "新应用生效"),
        RestartReason.Rollback => Pick("the application on trial is rolled back", "试运行应用回退"),
        RestartReason.Host => Pick("its program was ended", "程序被终止"),
        RestartReason.Upkeep => Pick("its regular restart", "定期重启"),
        _ => Pick($"reason {(byte)reason}", $"原因 {(byte)reason}"),
    };

    public string Name(BusResult result) => result switch
    {
        BusResult.Timeout => Pick("it does not answer", "无应答"),
        BusResult.BadChecksum => Pick("its answers are disturbed", "应答校验错误"),
        BusResult.WrongMeter => Pick("another meter answers", "其他表计应答"),
        BusResult.WrongFunction or BusResult.WrongRegister => Pick("it answers something else", "应答内容不符"),
        BusResult.WrongLength or BusResult.Malformed => Pick("its answers are damaged", "应答格式错误"),
        BusResult.Refused => Pick("it refuses the register", "拒绝读取该寄存器"),
        BusResult.Unsteady => Pick("no two answers agree", "多次应答不一致"),
        BusResult.NotANumber => Pick("the register holds no number", "示数无效"),
        BusResult.WrongUnitOfMeasure => Pick("it counts in another unit than its profile says", "计量单位与配置不符"),
        BusResult.LineBusy => Pick("the line does not fall silent", "总线持续有干扰"),
        BusResult.LineGone => Pick("the line is gone", "串口不可用"),
        BusResult.Absent => Pick("its answer lacks the register", "应答中无该示数"),
        BusResult.NotAsked => Pick("it was not asked in time", "未及时抄读"),
        BusResult.CounterGone => Pick("its counter cannot be read", "计数器不可读"),
        BusResult.PulsesPending => Pick("more pulses than its contact can make", "脉冲过快，待判定"),
        _ => Pick($"error {(byte)result}", $"错误 {(byte)result}"),
    };

    public string Name(Carrier carrier) => carrier switch
    {
        Carrier.Water => Pick("Water", "水"),
        Carrier.Power => Pick("Power", "电"),
        Carrier.Gas => Pick("Gas", "气"),
        Carrier.Heat => Pick("Heat", "热"),
        _ => "?",
    };

    /// <summary>Each judgement of an interval in a word or two.</summary>
    public IReadOnlyList<string> Names(IntervalQuality quality)
    {
        if (quality == IntervalQuality.Valid)
            return [Pick("Valid", "有效")];
        var names = new List<string>(2);
        Add(IntervalQuality.Missing, "Missing", "缺失");
        Add(IntervalQuality.Decreased, "Register fell", "示数回退");
        Add(IntervalQuality.TooHigh, "Too high", "超上限");
        Add(IntervalQuality.Gap, "Gap", "间断");
        Add(IntervalQuality.Suspect, "Suspect", "可疑");
        Add(IntervalQuality.ClockDoubt, "Clock in doubt", "时钟存疑");
        Add(IntervalQuality.Rollover, "Rollover", "示数翻转");
        Add(IntervalQuality.First, "First reading", "首个读数");
        Add(IntervalQuality.Pruned, "Pruned to a day", "已归并为日值");
        return names;

        void Add(IntervalQuality flag, string english, string chinese)
        {
            if ((quality & flag) != 0)
                names.Add(Pick(english, chinese));
        }
    }

    /// <summary>To the minute from one minute on, to the hour from one day on: 45 s, 12 min, 2 h 5 min, 3 d 4 h.</summary>
    public string Duration(long seconds)
    {
        if (seconds < 60)
            return Pick($"{seconds} s", $"{seconds} 秒");
        if (seconds < 3600)
            return Pick($"{seconds / 60} min", $"{seconds / 60} 分钟");
        if (seconds < 86_400)
            return Two(seconds / 3600, "h", "小时", seconds % 3600 / 60, "min", "分钟");
        return Two(seconds / 86_400, "d", "天", seconds % 86_400 / 3600, "h", "小时");
    }

    public string Ago(long seconds) => seconds < 0
        ? Pick($"in {Duration(-seconds)}", $"{Duration(-seconds)}后")
        : Pick($"{Duration(seconds)} ago", $"{Duration(seconds)}前");

    private string Two(long large, string largeEnglish, string largeChinese, long small, string smallEnglish, string smallChinese)
    {
        string text = $"{large} {Pick(largeEnglish, largeChinese)}";
        return small == 0 ? text : $"{text} {small} {Pick(smallEnglish, smallChinese)}";
    }
}
