using System.Globalization;
using System.Net;
using EdgeMeters.Gateway.Configuration;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Registry;
using Prometheus;

namespace EdgeMeters.Gateway;

/// <summary>Puts the service and its pages into one process and runs them until they are asked to stop.</summary>
public static class GatewayHost
{
    /// <summary>Exit code when the gateway could not start.</summary>
    public const int ExitNotStarted = 2;

    /// <param name="configPath">The configuration file.</param>
    /// <param name="isDemo">On loopback without certificates, and ends with the process that started it.</param>
    /// <param name="cancel">Ctrl-C or SIGTERM.</param>
    /// <returns>0 after a clean end, <see cref="ExitNotStarted"/> with the reason on standard error.</returns>
    public static async Task<int> RunAsync(string configPath, bool isDemo, CancellationToken cancel)
    {
        try
        {
            var settings = SettingsLoader.Load(configPath, isDemo);
            await using var app = Build(settings);
            if (!await StartAsync(app, cancel))
            {
                Console.Out.WriteLine("gateway: stopped while it was starting, all that was acknowledged is on disk");
                return 0;
            }
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"gateway: {settings.NodeKeys.Count} nodes, {(settings.Points is { } points ? points.Count.ToString(CultureInfo.InvariantCulture) + " metering points" : "metering points of " + RegistryFile.Name)}, {settings.Forwarders.MqttJson.Count + settings.Forwarders.CsvFiles.Count} forwarders; mqtt {settings.Mqtt.Address}:{settings.Mqtt.Port}; dashboard http://{settings.Web.Address}:{settings.Web.Port}/"));
            if (isDemo)
                StopWithParent(app.Lifetime);
            // The configuration of a plan's nodes takes more memory while it is read than all that follows.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            await WaitForStopAsync(app, cancel);
            Console.Out.WriteLine("gateway: stopped, all that was acknowledged is on disk");
            return 0;
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync("gateway: cannot start: " + e.Message);
            return ExitNotStarted;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"gateway: cannot start: web: {e.Message} Stop what uses it or set web:port to another.");
            return ExitNotStarted;
        }
    }

    internal static WebApplication Build(GatewaySettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Host.UseSystemd();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:sszzz ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is told once, by RunAsync, in words and not as a stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(settings.Web.Address), settings.Web.Port));
        builder.Services.AddSingleton(settings.Tariffs ?? TariffBook.Empty);
        builder.Services.AddEdgeMetersWeb();
        builder.Services.AddSingleton(services => new GatewayService(
            settings, TimeProvider.System, services.GetRequiredService<CollectorRegistry>(), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<IReadingQueries>(services => services.GetRequiredService<GatewayService>().Queries);
        builder.Services.AddSingleton<IProfileQueries>(services => services.GetRequiredService<GatewayService>().Profiles);
        builder.Services.AddSingleton<IEditStore>(services => services.GetRequiredService<GatewayService>().Edits);
        builder.Services.AddSingleton(services => services.GetRequiredService<GatewayService>().Dialogues);
        builder.Services.AddHostedService(services => services.GetRequiredService<GatewayService>());
        var app = builder.Build();
        app.MapEdgeMetersWeb();
        return app;
    }

    /// <returns>False when it was asked to stop meanwhile.</returns>
    private static async Task<bool> StartAsync(WebApplication app, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested || app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task WaitForStopAsync(WebApplication app, CancellationToken cancel)
    {
        using (cancel.Register(app.Lifetime.StopApplication))
            await app.WaitForShutdownAsync(CancellationToken.None);
    }

    // A demo that was killed must not leave its gateway behind: the end of our input is the end of the parent.
    private static void StopWithParent(IHostApplicationLifetime lifetime)
    {
        var thread = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }
            lifetime.StopApplication();
        });
        thread.IsBackground = true;
        thread.Start();
    }
}
