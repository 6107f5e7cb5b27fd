using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>One visitor in a browser of their own, and all that went wrong while they looked.</summary>
internal sealed class Visit : IAsyncDisposable
{
    // A deadline, not a measure: a loaded machine draws slowly.
    private const float DeadlineMs = 30_000;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _wrong = new();

    public Visit(IBrowserContext context, IPage page, Uri address)
    {
        _context = context;
        Page = page;
        context.SetDefaultTimeout(DeadlineMs);
        Assertions.SetDefaultExpectTimeout(DeadlineMs);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _wrong.Enqueue($"console {message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _wrong.Enqueue($"script error: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss" } asked && asked.Authority != address.Authority)
                _wrong.Enqueue($"asked {request.Url}, which is not the gateway");
        };
        page.RequestFailed += (_, request) =>
        {
            // A page that is left gives up what it was still loading.
            if (request.Failure != "net::ERR_ABORTED")
                _wrong.Enqueue($"request failed: {request.Url} {request.Failure}");
        };
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
                _wrong.Enqueue($"{answer.Url} answered {answer.Status}");
        };
    }

    public IPage Page { get; }

    public async Task GoAsync(string path) => await Page.GotoAsync(path);

    public Task SeeAsync(string selector, string text) =>
        Assertions.Expect(Page.Locator(selector).First).ToContainTextAsync(text);

    /// <summary>Waits until the chart says that it is drawn, and looks whether it really is.</summary>
    public async Task SeeChartAsync()
    {
        await Page.WaitForSelectorAsync(".chart-frame[data-state=drawn]");
        await Page.WaitForSelectorAsync(".chart svg .bars .point path");
    }

    /// <summary>Waits until all traces of the chart together hold so many points.</summary>
    public Task SeePointsAsync(int least, int most) => Page.WaitForFunctionAsync(
        """
        ([least, most]) => {
          const chart = document.querySelector('.chart');
          const count = chart.data?.filter(t => t.mode !== 'markers').reduce((sum, trace) => sum + trace.x.length, 0);
          return document.querySelector('.chart-frame').dataset.state === 'drawn' && count >= least && count <= most
            && chart.querySelector('.bars .point path, .scatterlayer .trace path') !== null;
        }
        """, new[] { least, most });

    /// <summary>The rows of the list, by the names of their points, and no others.</summary>
    public Task SeeRowsAsync(params string[] names) =>
        Assertions.Expect(Page.Locator(".points .who a")).ToHaveTextAsync(names);

    /// <summary>Until the circuit stands nothing that is typed is heard, and the search says so by being off.</summary>
    public Task WhenLiveAsync() => Page.WaitForSelectorAsync("input[type=search]:enabled");

    public void AssertQuiet() => Assert.True(_wrong.IsEmpty, string.Join(Environment.NewLine, _wrong));

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
