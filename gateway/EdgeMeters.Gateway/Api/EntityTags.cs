using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace EdgeMeters.Gateway.Api;

/// <summary>
/// Gives answers about metering points an ETag, and answers 304 to who has the same already (RFC 9110, 8.8.3 and 13.1.2). The tag is of what is
/// answered, so that a past month keeps its tag however much comes in behind it. It is a weak one: the bytes may travel compressed.
/// </summary>
internal sealed class EntityTags(RequestDelegate next)
{
    private const string Prefix = "/api/v1/points";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        var response = context.Response;
        var body = response.Body;
        using var held = new MemoryStream();
        response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = body;
        }
        if (response.StatusCode == StatusCodes.Status200OK)
        {
            held.Position = 0;
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(await SHA256.HashDataAsync(held, context.RequestAborted))[..32]}\"", true);
            response.GetTypedHeaders().ETag = tag;
            if (context.Request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } known
                && known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.ContentType = null;
                response.ContentLength = null;
                response.Headers.Remove("Content-Disposition");
                return;
            }
        }
        held.Position = 0;
        await held.CopyToAsync(body, context.RequestAborted);
    }
}
