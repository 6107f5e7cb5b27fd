using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode;

/// <summary>The node's certificate, and the one authority whose signature it takes on a gateway's.</summary>
public sealed class TlsCredentials : IDisposable
{
    /// <summary>id-kp-serverAuth.</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection _authorities;

    private TlsCredentials(X509Certificate2Collection authorities, X509Certificate2 certificate)
    {
        _authorities = authorities;
        Certificate = certificate;
    }

    public X509Certificate2 Certificate { get; }

    /// <exception cref="DeviceException">A file is missing, is not PEM, or key and certificate do not belong together.</exception>
    public static TlsCredentials Load(TlsFiles files)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(files.Ca);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new DeviceException($"The authority {files.Ca} cannot be used ({e.Message}): give a certificate in PEM.", e);
        }
        if (authorities.Count == 0)
            throw new DeviceException($"The authority {files.Ca} holds no certificate: give one in PEM.");
        try
        {
            return new TlsCredentials(authorities, X509Certificate2.CreateFromPemFile(files.Certificate, files.Key));
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new DeviceException(
                $"Certificate {files.Certificate} and key {files.Key} cannot be used ({e.Message}): give a matching pair in PEM, the key unencrypted.", e);
        }
    }

    /// <summary>True for a certificate of the expected name, valid now, signed by the authority for use by a server.</summary>
    public bool IsTrusted(X509Certificate? gateway, SslPolicyErrors errors)
    {
        // The chain error is expected: the system does not know this authority. The name is the system's to check.
        if (gateway == null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
            return false;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return chain.Build(new X509Certificate2(gateway));
    }

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 authority in _authorities)
            authority.Dispose();
    }

    private static bool IsUnusable(Exception e) => e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;
}
