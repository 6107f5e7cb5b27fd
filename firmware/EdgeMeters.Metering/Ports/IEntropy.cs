namespace EdgeMeters.Metering.Ports;

/// <summary>Randomness of the platform. On a device a hardware source; in a test a seed that is printed.</summary>
public interface IEntropy
{
    uint NextUInt32();
}
