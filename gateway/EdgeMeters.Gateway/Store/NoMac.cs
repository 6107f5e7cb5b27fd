using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>Suite 0: no key. For blocks that never leave this machine, whose CRC is enough.</summary>
internal sealed class NoMac : IBlockMac
{
    public byte Suite => 0;

    public void Compute(byte[] buffer, int offset, int count, byte[] mac) => Array.Clear(mac, 0, BlockEnvelope.MacBytes);
}
