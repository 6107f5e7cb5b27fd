using RealCertificate = System.Security.Cryptography.X509Certificates.X509Certificate2;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>nanoFramework's X509Certificate: made from the text of a PEM file, not from its name.</summary>
public class ChipCertificate
{
    public ChipCertificate(string certificate)
    {
        Real = RealCertificate.CreateFromPem(certificate);
    }

    protected ChipCertificate(RealCertificate real)
    {
        Real = real;
    }

    internal RealCertificate Real { get; }
}
