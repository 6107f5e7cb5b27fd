using System.Security.Cryptography.X509Certificates;
using RealCertificate = System.Security.Cryptography.X509Certificates.X509Certificate2;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>nanoFramework's X509Certificate2: a certificate and its key, from the texts of two PEM files.</summary>
public sealed class ChipCertificateWithKey : ChipCertificate
{
    public ChipCertificateWithKey(string rawData, string key, string password)
        : base(Join(rawData, key))
    {
        _ = password;
    }

    private static RealCertificate Join(string certificate, string key)
    {
        using RealCertificate joined = RealCertificate.CreateFromPem(certificate, key);
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
    }
}
