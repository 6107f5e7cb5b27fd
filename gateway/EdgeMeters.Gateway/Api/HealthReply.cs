using System.ComponentModel;

namespace EdgeMeters.Gateway.Api;

/// <summary>Whether the gateway does its work.</summary>
public sealed record HealthReply(
    [property: Description("ok: nothing to do. degraded: it serves, and the list says what is wrong. broken: the store can't be read.")] string State,
    [property: Description("What is wrong, and with what; empty while nothing is.")] IReadOnlyList<string> Wrong);
