namespace EdgeMeters.Gateway.Configuration;

/// <summary>Where nodes connect.</summary>
/// <param name="Address">IP address to listen on.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Tls">Certificates; null only in the demo, on loopback.</param>
public sealed record MqttSettings(string Address, int Port, TlsSettings? Tls);
