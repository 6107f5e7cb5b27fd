using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>A part of a page that reads again every two seconds while somebody looks at it.</summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    /// <summary>How often it reads. Slower than the snapshot behind it, faster than the shortest interval of the demo.</summary>
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _gone = new();
    private Task _refreshing = Task.CompletedTask;

    [Inject]
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    [Parameter]
    public Language Language { get; set; } = Language.English;

    internal Texts Texts => Texts.For(Language);

    /// <summary>Reads what the part shows. Must not throw for a store that can't be read: it shows that instead.</summary>
    protected abstract Task ReadAsync();

    protected override Task OnInitializedAsync() => ReadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            _refreshing = RefreshAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _refreshing;
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task RefreshAsync()
    {
        using var timer = new PeriodicTimer(RefreshPeriod, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                await ReadAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (JSDisconnectedException)
        {
            // The browser went away between two reads.
        }
    }
}
