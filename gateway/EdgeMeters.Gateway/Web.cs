using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeMeters.Gateway.Api;
using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Dashboard;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Prometheus;

namespace EdgeMeters.Gateway;

/// <summary>
/// The gateway's web side: API, health, metrics and dashboard. It reads through <see cref="Core.IReadingQueries"/>,
/// which the host registers, and changes nothing. It knows no logins: the host decides on which addresses it listens.
/// </summary>
public static class Web
{
    /// <summary>The dashboard may load nothing from elsewhere, and nobody may frame it. Plotly writes style elements of its own.</summary>
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'none'";

    /// <summary>Circuits of browsers that went away without a word, kept in case they come back.</summary>
    private const int LostCircuitsMax = 20;

    public static IServiceCollection AddEdgeMetersWeb(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        // One registry for all of the process, and none for two hosts in one process.
        services.TryAddSingleton(Metrics.NewCustomRegistry());
        services.TryAddSingleton(TariffBook.Empty);
        services.AddSingleton<BoardSource>();
        services.AddSingleton<StoreMetrics>();
        services.AddProblemDetails();
        services.AddOpenApi("v1", ApiDocument.Describe);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddResponseCompression(compression =>
        {
            // A year of intervals shrinks tenfold. Pages are small and assets are compressed when built.
            compression.MimeTypes = ["application/json", "text/csv"];
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.Configure<CircuitOptions>(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = LostCircuitsMax;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
        });
        var keys = new KeysInMemory();
        services.AddDataProtection().AddKeyManagementOptions(management =>
        {
            management.XmlRepository = keys;
            management.XmlEncryptor = keys;
        });
        return services;
    }

    public static WebApplication MapEdgeMetersWeb(this WebApplication app)
    {
        // Run from a build's output the assets lie in their packages; a published service has them in wwwroot and no list.
        StaticWebAssetsLoader.UseStaticWebAssets(app.Environment, app.Configuration);
        app.UseExceptionHandler();
        app.Use(AddHeaders);
        app.UseResponseCompression();
        app.UseMiddleware<EntityTags>();
        app.UseAntiforgery();

        ApiRoutes.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapMetrics("/metrics", app.Services.GetRequiredService<StoreMetrics>().Registry);
        app.MapGet(ChartSeries.Route, ChartSeries.Read).ExcludeFromDescription();
        app.MapGet("/language/{code}", (HttpContext context, string code) =>
            LanguageChoice.Choose(context, code, context.Request.Query["return"])).ExcludeFromDescription();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }
}
