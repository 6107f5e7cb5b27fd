namespace EdgeMeters.Metering.Ports;

/// <summary>HMAC-SHA-256 under this node's update key, by the platform's own cryptography.</summary>
public interface IImageMac
{
    /// <summary>Writes the 32 bytes of the code of the whole of <paramref name="message"/>.</summary>
    void Compute(byte[] message, byte[] code);
}
