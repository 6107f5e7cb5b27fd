using EdgeMeters.Bench;

namespace EdgeMeters.Gateway.Demo;

/// <summary>A node of the virtual street, as files that its process is started with.</summary>
public sealed record StreetNode(string Name, string ConfigurationPath, string KeyPath, GpioWireServer Wire);
