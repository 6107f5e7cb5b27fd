using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>The whole web side over a real Kestrel on a loopback port that the system chooses.</summary>
internal sealed class WebUnderTest : IAsyncDisposable
{
    private const string NoFolder = "/no/such/folder";

    private readonly WebApplication _app;

    private WebUnderTest(WebApplication app, Dialogues dialogues)
    {
        _app = app;
        Dialogues = dialogues;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    /// <summary>With the nodes that were named, none of them heard yet.</summary>
    public Dialogues Dialogues { get; }

    public HttpClient Client { get; }

    /// <summary>The addresses that the service really has.</summary>
    public IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Over a store as the gateway has it.</summary>
    internal static Task<WebUnderTest> StartAsync(StoreUnderTest store, TimeProvider time) => StartAsync(
        services => services.AddSingleton<IReadingQueries>(store.Queries).AddSingleton<IProfileQueries>(store.Profiles).AddSingleton<IEditStore>(store.Log), time, []);

    /// <summary>With tariffs.</summary>
    public static Task<WebUnderTest> StartAsync(MemoryQueries queries, TimeProvider time, TariffBook tariffs) => StartAsync(
        services => services.AddSingleton<IReadingQueries>(queries).AddSingleton<IProfileQueries>(queries).AddSingleton<IEditStore>(queries).AddSingleton(tariffs), time, []);

    public static Task<WebUnderTest> StartAsync(IReadingQueries queries, TimeProvider time, params string[] nodes) => StartAsync(services =>
    {
        services.AddSingleton(queries);
        // Who asks for pages alone has no profiles.
        var profiles = queries as MemoryQueries ?? new MemoryQueries();
        services.AddSingleton<IProfileQueries>(profiles).AddSingleton<IEditStore>(profiles);
    }, time, nodes);

    private static async Task<WebUnderTest> StartAsync(Action<IServiceCollection> add, TimeProvider time, string[] nodes)
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
        add(builder.Services);
        var dialogues = new Dialogues(
            nodes.ToDictionary(n => n, n => (IBlockMac)new HmacBlockMac(n, new byte[HmacBlockMac.KeyBytes])), NoFolder, time, new HostClock(time, true),
            new DownlinkMetrics(Prometheus.Metrics.NewCustomRegistry()), NullLogger<Dialogues>.Instance);
        builder.Services.AddSingleton(_ => dialogues);
        builder.Services.AddEdgeMetersWeb();
        var app = builder.Build();
        app.MapEdgeMetersWeb();
        await app.StartAsync();
        return new WebUnderTest(app, dialogues);
    }

    /// <summary>A node connects, subscribes and says hello.</summary>
    /// <returns>What is sent to it.</returns>
    public Queue<byte[]> Hear(string node, Hello hello)
    {
        var session = new object();
        var sent = new Queue<byte[]>();
        Dialogues.Begin(node, session);
        Dialogues.Open(node, session, block =>
        {
            sent.Enqueue(block);
            return true;
        });
        Dialogues.Hear(node, session, hello);
        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        await _app.DisposeAsync();
    }
}
