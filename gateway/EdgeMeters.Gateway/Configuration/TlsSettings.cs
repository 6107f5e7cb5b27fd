namespace EdgeMeters.Gateway.Configuration;

/// <summary>PEM files of one end of a connection.</summary>
/// <param name="Ca">Certificates that the other end's must descend from.</param>
/// <param name="Certificate">Own certificate, signed by an authority that the other end knows: none between is sent.</param>
/// <param name="Key">Private key of the certificate.</param>
public sealed record TlsSettings(string Ca, string Certificate, string Key);
