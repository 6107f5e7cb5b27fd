namespace EdgeMeters.Gateway.Forward.MqttJson;

/// <summary>Which broker, and how. MQTT 5 over TCP or TLS.</summary>
public sealed record MqttJsonOptions
{
    /// <summary>Name of the destination; see <see cref="Core.IForwarder.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Host name or address of the broker; with TLS, the name that its certificate must bear.</summary>
    public required string Host { get; init; }

    /// <summary>Null for 1883, or 8883 with TLS.</summary>
    public int? Port { get; init; }

    /// <summary>Unique at the broker: a second client with the same id throws the first out.</summary>
    public required string ClientId { get; init; }

    public string TopicPrefix { get; init; } = "edgemeters/v1";

    public bool UseTls { get; init; }

    /// <summary>PEM file of the authorities that may have signed the broker's certificate; null for those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of our certificate, for a broker that asks for one.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file of its private key; null if the certificate's file holds it as well.</summary>
    public string? ClientKeyFile { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Messages sent and not yet acknowledged, at most. The broker may ask for fewer and is obeyed.</summary>
    public int InFlightMax { get; init; } = 64;

    /// <summary>
    /// Whether "accepted, but nobody subscribes" counts as accepted. No for an ordinary broker, which throws such a message away: the
    /// intervals wait until the head-end has subscribed. Yes for one whose rules or bridges take messages without a subscription.
    /// </summary>
    public bool AcceptsWithoutSubscriber { get; init; }

    internal int PortOrDefault => Port ?? (UseTls ? 8883 : 1883);

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        Require(Name.Length is > 0 and <= 40, nameof(Name), "must have 1 to 40 characters");
        Require(Host.Length > 0, nameof(Host), "is empty");
        Require(PortOrDefault is > 0 and <= 65_535, nameof(Port), "must be 1 to 65535");
        Require(ClientId.Length is > 0 and <= 256, nameof(ClientId), "must have 1 to 256 characters");
        // 190: with a point's 40 and a register's 19 the topic stays far below the shortest limit of a broker that we know, 256 (AWS IoT).
        Require(TopicPrefix.Length is > 0 and <= 190, nameof(TopicPrefix), "must have 1 to 190 characters");
        Require(TopicPrefix.IndexOfAny(['+', '#', '\0']) < 0, nameof(TopicPrefix), "must not hold + or #");
        Require(TopicPrefix[0] is not ('/' or '$') && TopicPrefix[^1] != '/', nameof(TopicPrefix), "must not begin with / or $ nor end with /");
        Require(InFlightMax is > 0 and <= 10_000, nameof(InFlightMax), "must be 1 to 10000");
        Require(UseTls || CaFile is null && ClientCertificateFile is null, nameof(UseTls), "must be set when certificates are given");
        Require(ClientKeyFile is null || ClientCertificateFile is not null, nameof(ClientKeyFile), $"needs {nameof(ClientCertificateFile)}");
        Require(Password is null || User is not null, nameof(Password), $"needs {nameof(User)}");
    }

    private void Require(bool isTrue, string option, string fault)
    {
        if (!isTrue)
            throw new ArgumentException($"Forwarder '{Name}': {option} {fault}.", option);
    }
}
