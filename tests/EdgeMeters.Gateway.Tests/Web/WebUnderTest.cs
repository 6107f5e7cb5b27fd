using EdgeMeters.Gateway.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>The whole web side over a real Kestrel on a loopback port that the system chooses.</summary>
internal sealed class WebUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebUnderTest(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>The addresses that the service really has.</summary>
    public IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<WebUnderTest> StartAsync(IReadingQueries queries, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // The gateway's own assembly names the lists of its assets, which lie beside the tests.
            ApplicationName = typeof(EdgeMeters.Gateway.Web).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(queries);
        builder.Services.AddEdgeMetersWeb();
        var app = builder.Build();
        app.MapEdgeMetersWeb();
        await app.StartAsync();
        return new WebUnderTest(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await _app.DisposeAsync();
    }
}
