using Microsoft.AspNetCore.Components;

namespace EdgeMeters.Gateway.Dashboard;

/// <summary>A page drawn once on the server, in the visitor's language; what is live on it is a component of its own.</summary>
public abstract class StaticPage : ComponentBase
{
    [CascadingParameter]
    protected HttpContext? Context { get; set; }

    protected Language Language { get; private set; } = Language.English;

    internal Texts Texts => Texts.For(Language);

    protected override void OnInitialized() => Language = LanguageChoice.Of(Context!.Request);

    /// <summary>Takes effect when the page is sent: a status that is set while it is drawn makes the framework drop its content.</summary>
    protected void AnswerWith(int status) => Context!.Response.OnStarting(() =>
    {
        Context.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
