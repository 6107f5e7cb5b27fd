using Microsoft.AspNetCore.Http.Headers;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>Which language a visitor reads: the one chosen with the switch, else the first of the browser's that we speak, else English.</summary>
internal static class LanguageChoice
{
    private const string CookieName = "edgemeters-language";
    private const string ChineseCode = "zh";
    private const string EnglishCode = "en";

    public static Language Of(HttpRequest request) => Parse(request.Cookies[CookieName]) ?? FromBrowser(request.Headers);

    public static string Code(Language language) => language == Language.Chinese ? ChineseCode : EnglishCode;

    /// <summary>The BCP 47 tag that pages declare, by which browsers choose Chinese glyphs.</summary>
    public static string Tag(Language language) => language == Language.Chinese ? "zh-CN" : "en";

    /// <summary>Remembers the choice for a year and goes back to where the switch was pressed; never to another site.</summary>
    public static IResult Choose(HttpContext context, string code, string? returnTo)
    {
        if (Parse(code) is null)
            return TypedResults.NotFound();
        context.Response.Cookies.Append(CookieName, code, new CookieOptions
        {
            MaxAge = TimeSpan.FromDays(365),
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
        });
        bool local = returnTo is { Length: > 0 } && returnTo[0] == '/' && !returnTo.StartsWith("//", StringComparison.Ordinal)
            && !returnTo.Contains('\\') && !returnTo.Any(char.IsControl);
        return TypedResults.LocalRedirect(local ? returnTo! : "/");
    }

    private static Language? Parse(string? code) => code switch
    {
        ChineseCode => Language.Chinese,
        EnglishCode => Language.English,
        _ => null,
    };

    private static Language FromBrowser(IHeaderDictionary headers)
    {
        foreach (var accepted in new RequestHeaders(headers).AcceptLanguage.OrderByDescending(tag => tag.Quality ?? 1))
        {
            string tag = accepted.Value.ToString();
            if (tag.StartsWith(ChineseCode, StringComparison.OrdinalIgnoreCase))
                return Language.Chinese;
            if (tag.StartsWith(EnglishCode, StringComparison.OrdinalIgnoreCase))
                return Language.English;
        }
        return Language.English;
    }
}
