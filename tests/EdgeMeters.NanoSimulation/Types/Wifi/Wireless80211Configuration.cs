using EdgeMeters.NanoSimulation;

namespace System.Net.NetworkInformation;

/// <summary>The Wi-Fi that nanoff installed.</summary>
public class Wireless80211Configuration
{
    private Wireless80211Configuration(string ssid)
    {
        Ssid = ssid;
    }

    public string Ssid { get; set; }

    public string Password { get; set; } = "secret";

    public static Wireless80211Configuration[] GetAllWireless80211Configurations() => [new Wireless80211Configuration(SimulatedChip.Current.Network.Ssid)];
}
