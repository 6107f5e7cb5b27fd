namespace EdgeMeters.Gateway.Core;

/// <summary>What a meter measures.</summary>
public enum Carrier
{
    Water = 1,
    Power = 2,
    Gas = 3,
    Heat = 4,
}
