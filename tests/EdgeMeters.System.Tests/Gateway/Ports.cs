using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.SystemTests.Gateway;

internal static class Ports
{
    /// <summary>Ports on loopback that nobody listens on.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(l => l.Stop());
        return ports;
    }
}
