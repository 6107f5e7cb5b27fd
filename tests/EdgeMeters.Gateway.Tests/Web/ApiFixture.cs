using EdgeMeters.Gateway.Core.Aggregation;
using EdgeMeters.Gateway.Tests.Aggregation;
using Microsoft.Extensions.Time.Testing;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>One service for the tests that only ask: the street at a fixed instant, five minutes after its latest interval.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private WebUnderTest? _web;

    public HttpClient Client => _web!.Client;

    internal WebUnderTest Web => _web!;

    public async ValueTask InitializeAsync() =>
        _web = await WebUnderTest.StartAsync(Street.Build(Street.End), new FakeTimeProvider(Street.End.AddMinutes(5)),
            new TariffBook([new Tariff("beijing", Zones.China, BeijingTariff.Calendar)]));

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
    }
}
