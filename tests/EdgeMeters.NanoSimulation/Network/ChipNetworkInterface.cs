using System.Net.NetworkInformation;

namespace EdgeMeters.NanoSimulation.Network;

/// <summary>nanoFramework's NetworkInterface: a copy of what the driver said when it was asked for.</summary>
public sealed class ChipNetworkInterface
{
    private ChipNetworkInterface(ChipNetwork network)
    {
        NetworkInterfaceType = network.Kind;
        PhysicalAddress = network.HardwareAddress;
        IPv4Address = network.IsUp ? "192.168.7.20" : "0.0.0.0";
    }

    public NetworkInterfaceType NetworkInterfaceType { get; }

    public byte[] PhysicalAddress { get; }

    public string IPv4Address { get; }

    public uint SpecificConfigId => 0;

    public static ChipNetworkInterface[] GetAllNetworkInterfaces()
    {
        SimulatedChip chip = SimulatedChip.Current;
        chip.Threads.Touch();
        return [new ChipNetworkInterface(chip.Network)];
    }
}
