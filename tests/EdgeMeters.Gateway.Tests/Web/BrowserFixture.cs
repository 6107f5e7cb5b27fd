using EdgeMeters.Wire;
using Microsoft.Playwright;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>Debian's Chromium and a service with the street, started once for a class of tests. Without Chromium the tests are skipped by name.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private WebUnderTest? _street;

    /// <summary>For tests that only look.</summary>
    internal WebUnderTest Street => _street!;

    public async ValueTask InitializeAsync()
    {
        _street = await WebUnderTest.StartAsync(Web.Street.Build(DateTimeOffset.UtcNow), TimeProvider.System, Web.Street.Node, "node-08", "node-09-silent");
        _street.Hear(Web.Street.Node, new Hello { StartNumber = 7, Number = 1, ApplicationVersion = 12, ConfigurationVersion = 34, Board = 2 });
        _street.Hear("node-08", new Hello { StartNumber = 8, Number = 1, ApplicationVersion = 12 });
        if (!File.Exists(Chromium))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            // A test machine may run as root, without a GPU and with a small /dev/shm.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_street is not null)
            await _street.DisposeAsync();
    }

    internal async Task<Visit> VisitAsync(Uri address, string language, int widthPixels)
    {
        Assert.SkipUnless(_browser is not null, "chromium is not installed; as root: apt-get install chromium");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            Locale = language,
            ViewportSize = new ViewportSize { Width = widthPixels, Height = widthPixels < 500 ? 844 : 800 },
            HasTouch = widthPixels < 500,
        });
        return new Visit(context, await context.NewPageAsync(), address);
    }
}
