using System.Globalization;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Wire;
using Microsoft.AspNetCore.Components;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>A day of a point's load profile, live: what is billed, and where each part of it comes from.</summary>
public partial class DayProfile
{
    // Of the drawing, which is stretched over the page.
    private const int Width = 960;
    private const int Height = 200;

    /// <summary>Height of a bar that has none, so that an interval without consumption is not taken for a missing one.</summary>
    private const double SliverHeight = 1.5;

    private const double MissingHeight = 10;

    private DateOnly _day;
    private ProfileDay? _shown;
    private string? _failure;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public Unit? Unit { get; set; }

    private DateOnly Today => ProfileDay.DayOf(Clock.GetUtcNow());

    protected override Task OnInitializedAsync()
    {
        _day = Today;
        return base.OnInitializedAsync();
    }

    protected override Task ReadAsync()
    {
        try
        {
            _shown = ProfileDay.Read(Profiles, Id, _day, Clock.GetUtcNow());
            _failure = null;
        }
        catch (Exception failure)
        {
            // The endpoints that operators watch log it; a page that asks every two seconds would flood the log.
            _failure = failure.Message;
        }
        return Task.CompletedTask;
    }

    private Task ChooseAsync(DateOnly day)
    {
        _day = day < ProfileDay.First ? ProfileDay.First : day > Today ? Today : day;
        _shown = null;
        return ReadAsync();
    }

    private Task TypeAsync(ChangeEventArgs typed) =>
        DateOnly.TryParseExact(typed.Value as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? ChooseAsync(day) : Task.CompletedTask;

    private IEnumerable<(string Class, string? Fill, double X, double Y, double Width, string Says)> Bars(ProfileDay shown)
    {
        long tallest = Math.Max(shown.Tallest, 1);
        foreach (var interval in shown.Intervals)
        {
            string kind = ProfileDay.ClassOf(interval);
            double end = XOf(shown, interval.EndUtcSeconds);
            double begin = Math.Max(0, XOf(shown, interval.EndUtcSeconds - (long)interval.Seconds));
            double height = kind == "missing" ? MissingHeight : Math.Max(SliverHeight, (double)shown.HeightOf(interval) / tallest * Height);
            string? fill = kind is "estimated" or "edited" or "doubt" ? $"url(#day-{kind})" : null;
            yield return (kind, fill, begin, Height - height, (end - begin) * 0.86, Says(interval));
        }
    }

    private static double XOf(ProfileDay shown, long utcSeconds) => (double)(utcSeconds - shown.BeginUtcSeconds) * Width / ProfileDay.DaySeconds;

    private string Says(ProfileInterval interval)
    {
        string findings = string.Join(", ", ProfileCodes.WordsOf(interval.Findings));
        return $"{Display.Time((uint)Math.Max(0, interval.EndUtcSeconds - (long)interval.Seconds))} – {Display.Time(interval.EndUtcSeconds)}\n{Amount(interval.Consumption)}"
            + (interval.Consumption == null ? "" : $"\n{Texts.Name(interval.Source)}") + (findings.Length == 0 ? "" : $"\n{findings}");
    }

    private string Amount(long? amount) => amount == null ? Display.None : $"{Display.Amount(amount)} {Display.UnitName(Unit)}";

    private string CsvAddress()
    {
        uint begin = (uint)new DateTimeOffset(_day.ToDateTime(TimeOnly.MinValue), Display.Offset).ToUnixTimeSeconds();
        return $"/api/v1/points/{Id}/profile?from={TimeText.Utc(begin)}&to={TimeText.Utc(begin + ProfileDay.DaySeconds)}&format=csv";
    }

    private static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
