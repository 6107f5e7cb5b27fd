namespace EdgeMeters.Gateway.Configuration;

/// <summary>PEM files of one end of a connection.</summary>
/// <param name="Ca">Certificates that the other end's must descend from.</param>
/// <param name="Certificate">Own certificate, with the chain that it needs.</param>
/// <param name="Key">Private key of the certificate.</param>
public sealed record TlsSettings(string Ca, string Certificate, string Key);
