namespace EdgeMeters.Wire;

/// <summary>The authentication code of one node: keyed, bound to the node's name, replaceable by its suite byte.</summary>
/// <remarks>Implementations wrap the platform's own cryptography. One instance serves one node and is not shared by threads.</remarks>
public interface IBlockMac
{
    /// <summary>What the suite byte of a block names: 1 is HMAC-SHA-256 cut to eight bytes.</summary>
    byte Suite { get; }

    /// <summary>Writes the code of <c>name, 0, buffer[offset .. offset+count)</c> to the first <see cref="BlockEnvelope.MacBytes"/> bytes of <paramref name="mac"/>.</summary>
    void Compute(byte[] buffer, int offset, int count, byte[] mac);
}
