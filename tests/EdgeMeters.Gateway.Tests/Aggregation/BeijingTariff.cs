using EdgeMeters.Gateway.Core.Aggregation;

namespace EdgeMeters.Gateway.Tests.Aggregation;

/// <summary>
/// An example of a tariff that is in use: industry and trade in Beijing since 2023-09-01 (京发改规〔2023〕11号, Beijing Municipal Commission of Development
/// and Reform, https://fgw.beijing.gov.cn/fgwzwgk/2024zcwj/bwgfxwj/202308/t20230821_3718725.htm): peak 10-13 and 17-22, flat 7-10, 13-17 and 22-23, valley
/// 23-7; sharp in July and August 11-13 and 16-17, in January and December 18-21. It knows no holidays.
/// </summary>
internal static class BeijingTariff
{
    public static readonly IReadOnlyList<TariffRow> Rows =
    [
        Row("valley", 1, 12, 23, 7),
        Row("flat", 1, 12, 7, 10),
        Row("flat", 1, 12, 22, 23),
        Row("peak", 1, 12, 10, 11),
        Row("peak", 9, 6, 11, 13),
        Row("flat", 1, 12, 13, 16),
        Row("flat", 9, 6, 16, 17),
        Row("peak", 1, 12, 17, 18),
        Row("peak", 2, 11, 18, 21),
        Row("peak", 1, 12, 21, 22),
        Row("sharp", 7, 8, 11, 13),
        Row("sharp", 7, 8, 16, 17),
        Row("sharp", 12, 1, 18, 21),
    ];

    public static TariffCalendar Calendar { get; } = Make(Rows, []);

    public static TariffRow Row(string name, int firstMonth, int lastMonth, int fromHour, int untilHour, TariffDays days = TariffDays.All) =>
        new(name, firstMonth, lastMonth, days, fromHour * 60, untilHour * 60);

    public static TariffCalendar Make(IReadOnlyList<TariffRow> rows, IReadOnlyList<TariffDate> dates, TimeZoneInfo? zone = null)
    {
        var faults = new List<TariffFault>();
        Assert.True(TariffCalendar.TryMake(rows, dates, zone ?? Zones.China, faults.Add, out var calendar), string.Join('\n', faults));
        return calendar;
    }
}
