using System.Net;

namespace EdgeMeters.Gateway.Api;

/// <summary>
/// Who may give commands while there are no logins: whoever sits at this machine, and no page that their browser happens to show. A request
/// must come over loopback, not through a proxy, to an address that is loopback by name, and not from another site.
/// </summary>
internal static class LocalOnly
{
    /// <summary>What proxies say when they speak for somebody else.</summary>
    private static readonly string[] ForwardingHeaders = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>True if whoever asks sits at this machine. What pages offer depends on it.</summary>
    public static bool IsLocal(HttpContext context) => FaultOfPlace(context) == null && FaultOfName(context) == null;

    /// <returns>Null if the request may change something.</returns>
    public static IResult? Refuse(HttpContext context)
    {
        if (FaultOfPlace(context) is { } place)
            return Refusal.NotLocal.Because(place);
        if ((FaultOfName(context) ?? FaultOfSite(context.Request)) is { } site)
            return Refusal.ForeignSite.Because(site);
        return null;
    }

    private static string? FaultOfPlace(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
            return $"It comes from {context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address"}.";
        string? header = ForwardingHeaders.FirstOrDefault(context.Request.Headers.ContainsKey);
        return header == null ? null : $"It comes through a proxy, which says {header}.";
    }

    /// <summary>A page of another site can make its own name mean this machine, and is then of the same origin to the browser.</summary>
    private static string? FaultOfName(HttpContext context)
    {
        string host = context.Request.Host.Host;
        bool isLoopback = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address);
        return isLoopback ? null : $"It is addressed to {Refusal.Echo(host)}, which is not localhost, 127.0.0.1 or [::1].";
    }

    private static string? FaultOfSite(HttpRequest request)
    {
        string own = $"{request.Scheme}://{request.Host}";
        if (request.Headers.Origin.Count > 0 && !string.Equals(request.Headers.Origin.ToString(), own, StringComparison.OrdinalIgnoreCase))
            return $"Its origin is {Refusal.Echo(request.Headers.Origin.ToString())}, not {own}.";
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is "" or "same-origin" or "none" ? null : $"The browser says that its site is {Refusal.Echo(site)}.";
    }
}
