using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EdgeMeters.Gateway.Api;

/// <summary>
/// The OpenAPI document's head, and the true type of parameters. The handlers take parameters as text, so that bad
/// ones are refused with a name and a remedy; the document states what the text must be.
/// </summary>
internal static class ApiDocument
{
    public const string Csv = "text/csv";

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "EdgeMeters gateway",
                Version = "v1",
                Description = "Metering points, their intervals and consumption, node events, the nodes and the gateway's own state. Reads only, "
                    + "but for commands to nodes and edits of load profiles, which are taken over loopback only. "
                    + "Registers and consumption are integers in base units (Wh, varh, L); intervals are labelled by their end. "
                    + "Every refusal is RFC 9457 problem details with a type, a title and a remedy.",
            };
            // The address in use is the caller's to know: behind a proxy it is another than the service's own.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            bool isConsumption = context.Description.RelativePath?.EndsWith("/consumption", StringComparison.Ordinal) == true;
            foreach (var parameter in operation.Parameters ?? [])
            {
                if (parameter is OpenApiParameter { In: ParameterLocation.Query } query && SchemaOf(query, isConsumption) is { } schema)
                    query.Schema = schema;
            }
            foreach (var response in operation.Responses ?? [])
            {
                // The framework gives every content type of a response the schema of its object.
                if (response.Value.Content is { } contents && contents.ContainsKey(Csv))
                    contents[Csv] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// States the body of a request that its handler reads by itself. Said to the router as well, a body of another type would find
    /// no address at all, instead of a handler that says what is wrong with it.
    /// </summary>
    public static async Task DescribeBodyAsync<TBody>(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var schema = await context.GetOrCreateSchemaAsync(typeof(TBody), null, cancel);
        context.Document!.AddComponent(typeof(TBody).Name, schema);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchemaReference(typeof(TBody).Name, context.Document) },
            },
        };
    }

    private static OpenApiSchema? SchemaOf(OpenApiParameter parameter, bool isConsumption) => parameter.Name switch
    {
        "from" or "to" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        "limit" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
        "period" => isConsumption ? Words("day", "hour") : Words("hour", "day", "month", "year"),
        "window" => Words("block", "sliding"),
        "minutes" or "tolerance" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "1440" },
        "since" => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" },
        "zone" => new OpenApiSchema { Type = JsonSchemaType.String, Default = "+08:00" },
        "format" => Words("json", "csv"),
        "offset" => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^([+-]\d\d:\d\d|Z)$", Default = "+08:00" },
        _ => null,
    };

    private static OpenApiSchema Words(params string[] words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };
}
