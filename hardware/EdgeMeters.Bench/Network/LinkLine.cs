using System.Net;

namespace EdgeMeters.Bench.Network;

/// <summary>A link that "link" is to emulate.</summary>
/// <param name="Listen">As 127.0.0.1:11883.</param>
/// <param name="To">As gateway.example:8883.</param>
/// <param name="Profile">P0 to P6.</param>
internal sealed record LinkLine(string Listen, string To, string Profile = "P1", int Seed = 1)
{
    /// <summary>Where it listens, and where it leads.</summary>
    /// <exception cref="FormatException">One of them is no such place.</exception>
    public (IPEndPoint Listen, string Host, int Port) Places()
    {
        int colon = To.LastIndexOf(':');
        if (!IPEndPoint.TryParse(Listen, out IPEndPoint? listen) || !Listen.Contains(':'))
            throw new FormatException($"'{Listen}' is no place to listen: write it as 127.0.0.1:11883");
        if (colon < 1 || !ushort.TryParse(To[(colon + 1)..], out ushort port) || port == 0)
            throw new FormatException($"'{To}' leads nowhere: write it as host:8883");
        return (listen, To[..colon], port);
    }
}
