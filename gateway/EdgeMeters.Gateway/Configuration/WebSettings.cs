namespace EdgeMeters.Gateway.Configuration;

/// <summary>Where dashboard and API listen. They have no login yet, so only loopback addresses are taken.</summary>
/// <param name="Address">Loopback address.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record WebSettings(string Address, int Port);
