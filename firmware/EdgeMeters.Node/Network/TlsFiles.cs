using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;

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

    /// <summary>Reads the files. What is wrong with them costs the connection and is told on the console; meters are read all the same.</summary>
    public static TlsFiles Load()
    {
        string authority = Text(NodeFiles.Authority);
        string certificate = Text(NodeFiles.Certificate);
        string key = Text(NodeFiles.CertificateKey);
        try
        {
            return new TlsFiles(
                authority.Length == 0 ? null : new X509Certificate(authority),
                certificate.Length == 0 ? null : new X509Certificate2(certificate, key, ""));
        }
        catch (Exception e)
        {
            Console.WriteLine("one of " + NodeFiles.Authority + ", " + NodeFiles.Certificate + " and " + NodeFiles.CertificateKey
                + " is missing or no PEM: deploy them again. There will be no session. " + e.Message);
            return new TlsFiles(null, null);
        }
    }

    private static string Text(string path)
    {
        byte[] bytes = NodeFiles.Read(path, NodeFiles.PemBytesMax);
        return bytes.Length == 0 ? "" : Encoding.UTF8.GetString(bytes, 0, bytes.Length);
    }
}
