using System.Net;
using System.Net.Sockets;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>nanoFramework's Dns: a native call, in which everything waits until a name server answers or is given up.</summary>
public static class ChipDns
{
    public static IPHostEntry GetHostEntry(string hostNameOrAddress)
    {
        SimulatedChip chip = SimulatedChip.Current;
        chip.Threads.Touch();
        if (!IPAddress.TryParse(hostNameOrAddress, out IPAddress? address) && !chip.Network.Names.TryGetValue(hostNameOrAddress, out address))
        {
            chip.Spend(chip.Network.NameTimeoutMs * 1000L);
            throw new SocketException((int)SocketError.HostNotFound);
        }
        return new IPHostEntry { HostName = hostNameOrAddress, AddressList = [address!] };
    }
}
