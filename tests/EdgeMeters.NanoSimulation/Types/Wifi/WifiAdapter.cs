using EdgeMeters.NanoSimulation;
using EdgeMeters.NanoSimulation.Threads;

namespace System.Device.Wifi;

/// <summary>nanoFramework's WifiAdapter, of it what the firmware uses.</summary>
public sealed class WifiAdapter
{
    private const int ConnectMs = 3000;

    private readonly SimulatedChip _chip = SimulatedChip.Current;

    private WifiAdapter()
    {
    }

    public static WifiAdapter[] FindAllAdapters() => [new WifiAdapter()];

    public WifiConnectionResult Connect(string ssid, WifiReconnectionKind reconnectionKind, string passwordCredential)
    {
        ChipThread.Sleep(ConnectMs);
        _chip.Network.WifiConnects++;
        if (ssid == _chip.Network.Ssid && _chip.Network.ComesUpWhenAsked)
            _chip.Network.IsUp = true;
        return new WifiConnectionResult(_chip.Network.IsUp ? WifiConnectionStatus.Success : WifiConnectionStatus.NetworkNotAvailable);
    }

    public void Disconnect()
    {
        _chip.Threads.Touch();
        _chip.Network.IsUp = false;
        _chip.Network.CutConnections();
    }
}
