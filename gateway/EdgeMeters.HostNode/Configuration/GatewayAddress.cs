using System.Net;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>Where the gateway is, and how the two prove themselves to each other.</summary>
/// <param name="Host">Name or address; over TLS it is the name that the gateway's certificate must carry.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">Absent only for a gateway on this very machine.</param>
public sealed record GatewayAddress(string Host, int Port, TlsFiles? Tls)
{
    /// <summary>True for this machine: what is sent there crosses no wire.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
