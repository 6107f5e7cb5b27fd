using Microsoft.Extensions.Configuration;

namespace EdgeMeters.Gateway.Configuration;

/// <summary>One destination.</summary>
/// <param name="Name">Its name in cursors and metrics; never reused for another destination.</param>
/// <param name="Type"><c>mqtt-json</c> or <c>csv-files</c>.</param>
/// <param name="Section">What else stands there; the forwarder's own options.</param>
public sealed record ForwarderSettings(string Name, string Type, IConfigurationSection Section);
