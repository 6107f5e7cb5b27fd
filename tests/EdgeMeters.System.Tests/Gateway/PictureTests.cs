using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>The demo's pages in Debian's Chromium, with real readings behind them; the pictures lie in artifacts/pictures afterwards.</summary>
public sealed partial class PictureTests
{
    private const string Chromium = "/usr/bin/chromium";

    [Fact]
    public async Task The_dashboard_shows_the_demos_readings_in_a_real_browser()
    {
        DebianProgram.RequireInstalled(Chromium, "chromium");
        using var demo = new DemoProcess("--port", "0");
        Deadline.Until(() => demo.Stored > 64, "some intervals of every register; so far it said:\n" + demo.Output);
        string address = DashboardLine().Match(demo.Output).Groups[1].Value;
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        await ShowAsync(browser, address, "en", 1280, "dashboard.png", "/", ".point-row, tbody tr");
        await ShowAsync(browser, address, "zh-CN", 390, "dashboard-phone.png", "/", ".point-row, tbody tr");
        await ShowAsync(browser, address, "en", 1280, "point.png", "/points/BJ-01-P", ".plot-container .bars .point path");
        await ShowAsync(browser, address, "en", 1280, "nodes.png", "/nodes", ".nodes .do button:enabled", "node-school");
        await ShowAsync(browser, address, "zh-CN", 390, "nodes-phone.png", "/nodes", ".nodes .do button:enabled", "node-school");
        Assert.Equal(0, await demo.InterruptAsync(TimeSpan.FromMinutes(2)));
        Assert.EndsWith("lost 0, doubled 0, dials agree", demo.LastLine, StringComparison.Ordinal);
    }

    private static async Task ShowAsync(IBrowser browser, string address, string language, int width, string name, string path, string drawn, string named = "BJ-01-P")
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            Locale = language,
            ViewportSize = new ViewportSize { Width = width, Height = width < 500 ? 844 : 860 },
        });
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                faults.Add(message.Text);
        };
        page.RequestFailed += (_, request) => faults.Add(request.Url);
        await page.GotoAsync(path);
        await page.Locator(drawn).First.WaitForAsync(new LocatorWaitForOptions { Timeout = 30_000, State = WaitForSelectorState.Attached });
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures(), name) });
        Assert.Empty(faults);
        Assert.Contains(named, await page.ContentAsync(), StringComparison.Ordinal);
        await context.CloseAsync();
    }

    private static string Pictures()
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Parent!.Parent!;
        return Directory.CreateDirectory(Path.Combine(bin.FullName, "pictures")).FullName;
    }

    [GeneratedRegex("dashboard: (http://[^ ]+)")]
    private static partial Regex DashboardLine();
}
