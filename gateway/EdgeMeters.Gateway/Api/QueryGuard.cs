namespace EdgeMeters.Gateway.Api;

/// <summary>
/// Stands before every request of the API: refuses query parameters that the request does not know, since a misspelt
/// 'from' that is ignored would answer another question, and turns a store that can't be read into a named answer.
/// </summary>
internal sealed class QueryGuard(string[] known) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var parameter in context.HttpContext.Request.Query)
        {
            if (!known.Contains(parameter.Key, StringComparer.Ordinal))
                return Refusal.UnknownParameter.Because(
                    $"It is {Refusal.Echo(parameter.Key)}; known here: {(known.Length == 0 ? "none" : string.Join(", ", known))}.");
            if (parameter.Value.Count > 1)
                return Refusal.RepeatedParameter.Because($"It is {Refusal.Echo(parameter.Key)}, {parameter.Value.Count} times.");
        }
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not BadHttpRequestException)
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<QueryGuard>>()
                .LogError(failure, "The store can't be read for {Path}.", context.HttpContext.Request.Path);
            return Refusal.StoreUnreadable.Because(failure.Message);
        }
    }
}
