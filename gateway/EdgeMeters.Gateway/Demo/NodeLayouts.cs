using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Demo;

/// <summary>The channels of a node, as its configuration makes them.</summary>
internal static class NodeLayouts
{
    public static ChannelLayout[] Of(string configurationPath) => NodeConfigurationLoader.Load(configurationPath, ProfileFolder).Layout();

    private static string ProfileFolder => Path.Combine(AppContext.BaseDirectory, "meter-profiles");
}
