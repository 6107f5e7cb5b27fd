using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.Simulation.Processes;

internal static class LoopbackPorts
{
    /// <summary>Ports on loopback that nobody listens on, all different.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(l => l.Stop());
        return ports;
    }
}
