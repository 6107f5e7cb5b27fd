using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Node.Network;

/// <summary>The certificates of a connection, parsed once. What is null stands for what nanoff installed in the chip's own store.</summary>
public sealed class TlsFiles
{
    private TlsFiles(X509Certificate? authority, X509Certificate? node)
    {
        Authority = authority;
        Node = node;
    }

    public X509Certificate? Authority { get; }

    public X509Certificate? Node { get; }

    /// <exception cref="DeviceException">A file is there and is no certificate or no key.</exception>
    public static TlsFiles Load()
    {
        string authority = Text(NodeFiles.Authority);
        string certificate = Text(NodeFiles.Certificate);
        string key = Text(NodeFiles.CertificateKey);
        if (certificate.Length > 0 && key.Length == 0)
            throw new DeviceException(NodeFiles.Certificate + " is there, but its key " + NodeFiles.CertificateKey + " is not: deploy both.");
        try
        {
            return new TlsFiles(
                authority.Length == 0 ? null : new X509Certificate(authority),
                certificate.Length == 0 ? null : new X509Certificate2(certificate, key, ""));
        }
        catch (Exception e)
        {
            throw new DeviceException("One of " + NodeFiles.Authority + ", " + NodeFiles.Certificate + " and " + NodeFiles.CertificateKey
                + " is not PEM: deploy it again. " + e.Message);
        }
    }

    private static string Text(string path)
    {
        byte[] bytes = NodeFiles.Read(path, NodeFiles.PemBytesMax);
        return bytes.Length == 0 ? "" : Encoding.UTF8.GetString(bytes, 0, bytes.Length);
    }
}
