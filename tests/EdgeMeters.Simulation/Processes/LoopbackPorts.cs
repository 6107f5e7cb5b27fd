using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.Simulation.Processes;

internal static class LoopbackPorts
{
    // Below those that the system gives to connections (ip_local_port_range, from 32768 on): whoever knocks at a port of these while its owner
    // is killed may be given that very port, is connected to himself, and its owner cannot have it back.
    private const int First = 20_000;
    private const int Behind = 32_000;
    private const int TriesMax = 1_000;

    /// <summary>Ports on loopback that nobody listens on, all different.</summary>
    public static int[] Free(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (int tries = 0; listeners.Count < count; tries++)
            {
                var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, Behind));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException) when (tries < TriesMax)
                {
                    listener.Dispose();
                }
            }
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }
}
