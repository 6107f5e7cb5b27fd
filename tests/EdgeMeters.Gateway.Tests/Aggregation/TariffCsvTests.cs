using System.Text;
using CsCheck;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Registry;
using EdgeMeters.Gateway.Tariffs;
using static EdgeMeters.Gateway.Tests.Aggregation.Profile;

namespace EdgeMeters.Gateway.Tests.Aggregation;

public sealed class TariffCsvTests
{
    /// <summary>The same tariff as <see cref="BeijingTariff"/>.</summary>
    private const string Beijing = """
        period,months,days,time
        valley,1-12,all,23:00-07:00
        flat,1-12,all,07:00-10:00
        flat,1-12,all,22:00-23:00
        peak,1-12,all,10:00-11:00
        peak,9-6,all,11:00-13:00
        flat,1-12,all,13:00-16:00
        flat,9-6,all,16:00-17:00
        peak,1-12,all,17:00-18:00
        peak,2-11,all,18:00-21:00
        peak,1-12,all,21:00-22:00
        sharp,7-8,all,11:00-13:00
        sharp,7-8,all,16:00-17:00
        sharp,12-1,all,18:00-21:00
        """;

    private const string Workdays = """
        period,months,days,time
        dear,1-12,workdays,08:00-20:00
        cheap,1-12,workdays,20:00-08:00
        cheap,1-12,saturday sunday holiday,00:00-24:00

        date,counts_as
        2026-10-01,holiday
        2026-10-10,friday
        """;

    [Fact]
    public void The_tariff_of_Beijing_is_read()
    {
        var calendar = Right(Beijing);
        Assert.Equal(BeijingTariff.Calendar.Names, calendar.Names);
        Gen.UInt[(uint)Utc("2023-09-01T00:00+08:00"), (uint)Utc("2030-01-01T00:00+08:00")]
            .Sample(end => Assert.Equal(BeijingTariff.Calendar.NameAt(end), calendar.NameAt(end)), iter: 10_000);
    }

    [Fact]
    public void Holidays_and_days_worked_for_them_are_read()
    {
        var calendar = Right(Workdays);
        Assert.Equal(
            ["cheap", "dear", "cheap", "dear"],
            new[] { "2026-10-01", "2026-10-10", "2026-10-11", "2026-10-12" }.Select(day => calendar.NameAt(Utc($"{day}T12:00+08:00"))));
    }

    [Fact]
    public void A_spreadsheets_mark_line_ends_and_padding_make_no_difference()
    {
        string padded = "\uFEFF" + string.Join("\r\n", Workdays.Split('\n').Select(l => $" {l.TrimEnd('\r')},,"));
        Assert.Equal("cheap", Right(padded).NameAt(Utc("2026-10-01T12:00+08:00")));
    }

    [Theory]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-13,workdays,08:00-20:00", "t.csv:2: the months 1 to 13 are none")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,spring,workdays,08:00-20:00", "t.csv:2: months 'spring' are none")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-12,Mon-Fri,08:00-20:00", "t.csv:2: days 'Mon-Fri' are none")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-12,31,08:00-20:00", "t.csv:2: days '31' are none")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-12,workdays,8-20", "t.csv:2: time '8-20' is none")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-12,workdays,08:00-25:00", "t.csv:2: there is no time of day")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-12,workdays", "t.csv:2: the row has 3 cells and the table 4 columns")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "dear,1-12,workdays,08:00-19:00", "t.csv: 19:00 to 20:00 on Monday in January and 59 other kinds of days")]
    [InlineData("cheap,1-12,workdays,20:00-08:00", "cheap,1-12,workdays,19:00-08:00", "t.csv:3: cheap takes 19:00 on Monday in January, which dear has already (see t.csv:2)")]
    [InlineData("2026-10-01,holiday", "2026-13-01,holiday", "t.csv:7: date '2026-13-01' is none")]
    [InlineData("2026-10-01,holiday", "2026-10-01,feast", "t.csv:7: 'feast' is no kind of day")]
    [InlineData("2026-10-01,holiday", "2026-10-01,weekend", "t.csv:7: 2026-10-01 has to count as one kind of day")]
    [InlineData("2026-10-01,holiday", "2026-10-10,holiday", "t.csv:8: 2026-10-10 is there twice (see t.csv:7)")]
    [InlineData("period,months,days,time", "name,months,days,time", "t.csv:1: the first row does not name the columns")]
    [InlineData("dear,1-12,workdays,08:00-20:00", "\"dear,1-12,workdays,08:00-20:00", "t.csv:2: ")]
    public void A_mistake_is_told_with_its_line_and_there_is_no_tariff(string right, string wrong, string told)
    {
        var (calendar, faults) = Read(Workdays.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Null(calendar);
        Assert.StartsWith(told, faults[0]);
    }

    [Fact]
    public void An_empty_file_and_one_beyond_the_limit_are_no_tariff()
    {
        Assert.Contains("belongs to no tariff period", Assert.Single(Read("").Faults));
        Assert.Contains("larger than 1 MiB", Assert.Single(Read(new string('\n', TariffCsvReader.FileBytesMax + 1)).Faults));
    }

    private static TariffCalendar Right(string text)
    {
        var (calendar, faults) = Read(text);
        Assert.True(calendar != null, string.Join('\n', faults));
        return calendar;
    }

    private static (TariffCalendar? Calendar, string[] Faults) Read(string text)
    {
        var faults = new RegistryFaults();
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var calendar = new TariffCsvReader("t.csv", faults).Read(file, Zones.China);
        return (calendar, [.. faults.Lines()]);
    }
}
