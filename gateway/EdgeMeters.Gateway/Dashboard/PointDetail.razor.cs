using System.Globalization;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>
/// One metering point, live. The chart's script fetches its series itself, so that a year of intervals goes straight
/// to the browser and not through the circuit; here is decided what it shows and when it draws again.
/// </summary>
public partial class PointDetail
{
    private const string Loading = "loading";
    private const int LatestShown = 20;

    /// <summary>A long series is drawn again once a minute at most, however short its period.</summary>
    private static readonly TimeSpan LongSeriesPause = TimeSpan.FromMinutes(1);
    private const int LongSeries = 3_000;

    private PointStatus? _status;
    private IReadOnlyList<IntervalReading> _latest = [];
    private string? _failure;
    private ElementReference _place;
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private string _state = Loading;
    private int? _range;
    private int? _step;
    private long? _end;
    private bool _registerLine;
    private ReadingId? _drawnLast;
    private DateTimeOffset _drawnAtUtc;
    private bool _starting;
    private bool _drawing;
    private int _asked;
    private bool _left;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    private int PeriodSeconds => _status?.PeriodSeconds ?? 0;

    private int Range => _range ?? ChartView.DefaultRange(PeriodSeconds);

    private int Step => _step ?? ChartView.DefaultStep(Range, PeriodSeconds);

    private ChartView View => ChartView.EndingAt(_end ?? Clock.GetUtcNow().ToUnixTimeSeconds(), Range, Step);

    protected override async Task ReadAsync()
    {
        try
        {
            _status = Queries.Point(Id) ?? _status;
            _latest = _status?.Last is { } last ? ReadLatest(last) : [];
            _failure = null;
        }
        catch (Exception failure)
        {
            // The endpoints that operators watch log it; a page that asks every two seconds would flood the log.
            _failure = failure.Message;
        }
        if (_chart is not null && IsDrawingDue())
            await DrawAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_starting || _status?.Last is null || _left)
            return;
        _starting = true;
        _module = await Browser.InvokeAsync<IJSObjectReference>("import", "/" + Assets["chart.js"]);
        _chart = await _module.InvokeAsync<IJSObjectReference>("create", _place, new
        {
            plotly = "/" + Assets[PlotlyScript],
            offsetSeconds = (int)Display.Offset.TotalSeconds,
            consumption = Texts.Consumption,
            register = Texts.Register,
            length = Texts.Length,
            valid = Texts.Names(IntervalQuality.Valid)[0],
            flags = Enum.GetValues<IntervalQuality>().Where(flag => flag != IntervalQuality.Valid)
                .Select(flag => new { flag = (int)flag, name = Texts.Names(flag)[0] }),
        });
        await DrawAsync();
        StateHasChanged();
    }

    /// <summary>The chart library's small bundle, served from here like everything else.</summary>
    internal const string PlotlyScript = "_content/Plotly.Blazor/plotly-basic-3.7.0.min.js";

    public override async ValueTask DisposeAsync()
    {
        _left = true;
        await base.DisposeAsync();
        try
        {
            if (_chart is not null)
            {
                await _chart.InvokeVoidAsync("remove");
                await _chart.DisposeAsync();
            }
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the chart with it.
        }
        GC.SuppressFinalize(this);
    }

    private IntervalReading[] ReadLatest(IntervalReading last)
    {
        long span = (long)LatestShown * Math.Max(1, PeriodSeconds);
        uint from = (uint)Math.Max(0, last.EndUtcSeconds - span);
        return [.. Queries.Intervals(Id, from, last.EndUtcSeconds).Reverse().Take(LatestShown)];
    }

    /// <summary>A new interval has come into view, or the last try failed.</summary>
    private bool IsDrawingDue()
    {
        if (_state == "broken")
            return true;
        if (_end is not null || _status?.Last is not { } last || last.Id == _drawnLast)
            return false;
        bool isLong = Step == 0 && Range / Math.Max(1, PeriodSeconds) > LongSeries;
        return !isLong || Clock.GetUtcNow() - _drawnAtUtc >= LongSeriesPause;
    }

    private async Task DrawAsync()
    {
        if (_chart is null || _drawing)
            return;
        _drawing = true;
        try
        {
            int asked;
            do
            {
                asked = _asked;
                var drawn = View;
                bool registerLine = _registerLine;
                _drawnLast = _status?.Last?.Id;
                _drawnAtUtc = Clock.GetUtcNow();
                _state = await _chart.InvokeAsync<string>("draw", new
                {
                    address = string.Create(CultureInfo.InvariantCulture,
                        $"/dashboard/series/{Id}?from={drawn.FromUtcSeconds}&to={drawn.ToUtcSeconds}&step={drawn.StepSeconds}"),
                    from = drawn.FromUtcSeconds,
                    to = drawn.ToUtcSeconds,
                    step = drawn.StepSeconds,
                    period = PeriodSeconds,
                    unit = Display.UnitName(_status?.Unit),
                    registerLine = registerLine && drawn.StepSeconds == 0,
                });
            }
            // Something else was chosen while this one was drawn.
            while (asked != _asked && !_left);
        }
        catch (JSDisconnectedException)
        {
            // The browser went away while drawing.
        }
        finally
        {
            _drawing = false;
        }
    }

    private async Task RedrawAsync()
    {
        _asked++;
        if (_drawing)
            return;
        _state = Loading;
        StateHasChanged();
        await DrawAsync();
    }

    private Task ChooseRange(int range)
    {
        _range = range;
        _step = null;
        return RedrawAsync();
    }

    private Task ChooseStep(int step)
    {
        _step = step;
        return RedrawAsync();
    }

    private Task ToggleRegister(ChangeEventArgs toggled)
    {
        _registerLine = toggled.Value is true;
        return RedrawAsync();
    }

    private Task Move(int ranges)
    {
        long now = Clock.GetUtcNow().ToUnixTimeSeconds();
        long end = (_end ?? now) + (long)ranges * Range;
        return MoveTo(end >= now ? null : Math.Max(Range, end));
    }

    /// <param name="endUtcSeconds">Null follows the present.</param>
    private Task MoveTo(long? endUtcSeconds)
    {
        _end = endUtcSeconds;
        return RedrawAsync();
    }

    private string CsvAddress()
    {
        var view = View;
        return $"/api/v1/points/{Id}/intervals?from={TimeText.Utc(view.FromUtcSeconds)}&to={TimeText.Utc(view.ToUtcSeconds)}&format=csv";
    }

    private static string Pressed(bool pressed) => pressed ? "true" : "false";
}
