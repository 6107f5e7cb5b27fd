namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>The tables of which a registry is made.</summary>
public enum RegistryTable
{
    Points = 0,
    Meters = 1,
    Services = 2,
}
