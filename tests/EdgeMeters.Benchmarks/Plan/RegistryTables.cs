using System.Text;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Plan;

/// <summary>The registry of the nodes' meters as the tables that are imported, written row by row.</summary>
internal static class RegistryTables
{
    private const int NodesPerUtility = 4_000;

    /// <summary>Writes the tables to a file.</summary>
    public static void Write(string path, int nodes, int channels, int seed)
    {
        using var text = new StreamWriter(path, false, new UTF8Encoding(false));
        Write(text, nodes, channels, seed);
    }

    /// <summary>A point by its number among all of them.</summary>
    public static string PointOf(int number, int channels) => IdOf(number / channels, number % channels);

    private static string IdOf(int node, int channel) => $"P-{node:d5}-{channel:d2}";

    private static void Write(StreamWriter text, int nodes, int channels, int seed)
    {
        text.WriteLine("point,name,carrier,kind,utility,place,parent");
        Each((node, channel, feed) => text.WriteLine(
            $"{IdOf(node, channel)},{feed.Layout[channel].MeterSerial},{NodeFeed.CarrierOf(feed.Layout[channel]).ToString().ToLowerInvariant()},billing,utility-{node / NodesPerUtility},Street {node} House {channel / Household.Registers},"));
        text.WriteLine();
        text.WriteLine("meter,register,unit,digits");
        Each((_, channel, feed) => text.WriteLine($"{feed.Layout[channel].MeterSerial},{feed.Layout[channel].Register},{UnitOf(feed, channel)},6.2"));
        text.WriteLine();
        text.WriteLine("point,meter,register,node,channel,from,until,multiplier");
        Each((node, channel, feed) => text.WriteLine(
            $"{IdOf(node, channel)},{feed.Layout[channel].MeterSerial},{feed.Layout[channel].Register},{feed.Name},{channel},2024-12-01T00:00+08:00,,1"));

        void Each(Action<int, int, NodeFeed> write)
        {
            for (int node = 0; node < nodes; node++)
            {
                var feed = new NodeFeed(node, channels, seed);
                for (int channel = 0; channel < channels; channel++)
                    write(node, channel, feed);
            }
        }
    }

    private static string UnitOf(NodeFeed feed, int channel) => feed.Layout[channel].Unit == Wire.Unit.Wh ? "kWh" : "m3";
}
