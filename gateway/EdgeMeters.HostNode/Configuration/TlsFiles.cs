namespace EdgeMeters.HostNode.Configuration;

/// <summary>PEM files for mutual TLS; full paths.</summary>
/// <param name="Ca">The authority that signed the gateway's certificate. No other is trusted, the system's neither.</param>
/// <param name="Certificate">The node's own certificate; its common name is the node's name.</param>
/// <param name="Key">The node's private key, unencrypted.</param>
public sealed record TlsFiles(string Ca, string Certificate, string Key);
