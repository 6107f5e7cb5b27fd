using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace EdgeMeters.Gateway.Tests.Web;

/// <summary>A client that a common generator makes of the API's document compiles and works against the service.</summary>
public sealed class GeneratedClientTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset From = DateTimeOffset.Parse("2026-02-27T00:00:00+08:00");

    [Fact]
    public async Task A_generated_client_asks_for_points_profiles_and_totals_and_gets_them_typed()
    {
        dynamic client = Activator.CreateInstance(await GenerateAsync(), api.Client)!;
        dynamic points = await client.PointsAsync(2, null);
        Assert.Equal((4, 2), ((int)points.Total, ((System.Collections.ICollection)points.Points).Count));
        dynamic profile = await client.ProfileAsync(Street.Power, (DateTimeOffset?)From, (DateTimeOffset?)From.AddDays(1), null);
        Assert.Equal(("Wh", 96), ((string)profile.Unit, ((System.Collections.ICollection)profile.Intervals).Count));
        dynamic totals = await client.TotalsAsync(Street.Power, (DateTimeOffset?)From, (DateTimeOffset?)From.AddDays(1), null, "+08:00");
        Assert.Equal(24_000L, (long)Enumerable.First<dynamic>(totals.Totals).Consumption);
        dynamic byTariff = await client.TariffTotalsAsync(Street.Power, "beijing", (DateTimeOffset?)From, (DateTimeOffset?)From.AddDays(1), null, null, null);
        dynamic day = Enumerable.First<dynamic>(byTariff.Totals);
        Assert.Equal((24_000L, "valley", 8_000L), ((long)day.Total.Consumption, (string)Enumerable.First<dynamic>(day.Shares).Name, (long)Enumerable.First<dynamic>(day.Shares).Consumption));
        Assert.Equal("beijing", (string)Enumerable.First<dynamic>(await client.TariffsAsync()).Name);
        dynamic refused = await Assert.ThrowsAnyAsync<Exception>(async () => await client.PointAsync("NOPE"));
        Assert.Equal((404, "The registry has no metering point of this id."), ((int)refused.StatusCode, (string)refused.Result.Title));
    }

    private async Task<Type> GenerateAsync()
    {
        var document = await OpenApiDocument.FromJsonAsync(await api.Client.GetStringAsync("/openapi/v1.json"));
        var generator = new CSharpClientGenerator(document, new CSharpClientGeneratorSettings
        {
            ClassName = "GatewayClient",
            UseBaseUrl = false,
            // By default it leaves a time's offset out, which the API refuses rather than guess.
            ParameterDateTimeFormat = "O",
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson, GenerateNullableReferenceTypes = true },
        });
        return Compile(generator.GenerateFile()).GetType("Generated.GatewayClient", true)!;
    }

    private static Assembly Compile(string source)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create("Generated", [CSharpSyntaxTree.ParseText(source)],
            trusted.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5)));
        assembly.Position = 0;
        return new AssemblyLoadContext("generated").LoadFromStream(assembly);
    }
}
