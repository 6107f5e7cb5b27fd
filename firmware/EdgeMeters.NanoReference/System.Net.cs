// System.Net, Version=1.11.54.0, NativeVersion=100.2.0.12
// Package nanoFramework.System.Net 1.11.60, which M2Mqtt asks for; members: the published API of 1.11.54, of the same native version.
// Modifiers that documentation ids lack: github.com/nanoframework/System.Net.

using System;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using nanoFramework.Networking;

namespace System.Net
{
    public static class Dns
    {
        public static extern IPHostEntry GetHostEntry(string hostNameOrAddress);
    }

    public abstract class EndPoint
    {
        protected extern EndPoint();
    }

    public class IPAddress
    {
        public static readonly IPAddress Any;
        public static readonly IPAddress Broadcast;
        public static readonly IPAddress IPv6Any;
        public static readonly IPAddress IPv6Loopback;
        public static readonly IPAddress Loopback;
        public static readonly IPAddress None;
        public extern AddressFamily AddressFamily { get; }
        public extern bool IsIPv4MappedToIPv6 { get; }
        public extern long ScopeId { get; set; }
        public extern IPAddress(byte[] address);
        public extern IPAddress(byte[] address, long scopeid);
        public extern IPAddress(long newAddress);
        public extern bool Equals(IPAddress other);
        public extern byte[] GetAddressBytes();
        public static extern IPAddress GetDefaultLocalAddress();
        public extern IPAddress MapToIPv4();
        public extern IPAddress MapToIPv6();
        public static extern IPAddress Parse(string ipString);
        public static extern bool operator ==(IPAddress a, IPAddress b);
        public static extern bool operator !=(IPAddress a, IPAddress b);
    }

    public class IPEndPoint : EndPoint
    {
        public const int MaxPort = 65535;
        public const int MinPort = 0;
        public extern IPAddress Address { get; }
        public extern AddressFamily AddressFamily { get; }
        public extern int Port { get; }
        public extern IPEndPoint(long address, int port);
        public extern IPEndPoint(IPAddress address, int port);
    }

    public class IPHostEntry
    {
        public extern IPAddress[] AddressList { get; }
        public extern string HostName { get; }
        public extern IPHostEntry();
    }
}

namespace System.Net.NetworkInformation
{
    public enum AddressMode : byte
    {
        Invalid = 0,
        DHCP = 1,
        Static = 2,
        AutoIP = 3,
    }

    public enum AuthenticationType : byte
    {
        None = 0,
        EAP = 1,
        PEAP = 2,
        WCN = 3,
        Open = 4,
        Shared = 5,
        WEP = 6,
        WPA = 7,
        WPA2 = 8,
    }

    public enum EncryptionType : byte
    {
        None = 0,
        WEP = 1,
        WPA = 2,
        WPA2 = 3,
        WPA_PSK = 4,
        WPA2_PSK = 5,
        Certificate = 6,
    }

    public static class IPGlobalProperties
    {
        public static extern IPAddress GetIPAddress();
    }

    public delegate void NetworkAddressChangedEventHandler(object sender, EventArgs e);

    public delegate void NetworkAvailabilityChangedEventHandler(object sender, NetworkAvailabilityEventArgs e);

    public class NetworkAvailabilityEventArgs : EventArgs
    {
        public extern bool IsAvailable { get; }
        private extern NetworkAvailabilityEventArgs();
    }

    public static class NetworkChange
    {
        public static extern event NetworkAddressChangedEventHandler NetworkAddressChanged;
        public static extern event NetworkAvailabilityChangedEventHandler NetworkAvailabilityChanged;
    }

    public class NetworkInterface
    {
        public extern string IPv4Address { get; }
        public extern string[] IPv4DnsAddresses { get; }
        public extern string IPv4GatewayAddress { get; }
        public extern string IPv4SubnetMask { get; }
        public extern bool IsAutomaticDnsEnabled { get; }
        public extern bool IsDhcpEnabled { get; }
        public extern NetworkInterfaceType NetworkInterfaceType { get; }
        public extern byte[] PhysicalAddress { get; set; }
        public extern uint SpecificConfigId { get; set; }
        protected extern NetworkInterface(int interfaceIndex);
        public extern void EnableDhcp();
        public extern void EnableStaticIP(string ipv4Address, string ipv4subnetMask, string ipv4gatewayAddress, string ipv6Address, string ipv6SubnetMask, string ipv6GatewayAddress);
        public extern void EnableStaticIPv4(string ipv4Address, string ipv4SubnetMask, string ipv4GatewayAddress);
        public extern void EnableStaticIPv4Dns(string[] dnsAddresses);
        public extern void EnableStaticIPv6(string ipv6Address, string ipv6SubnetMask, string ipv6GatewayAddress);
        public extern void EnableStaticIPv6Dns(string[] dnsAddresses);
        public static extern NetworkInterface[] GetAllNetworkInterfaces();
        public static extern bool GetIsNetworkAvailable();
        public extern void ReleaseDhcpLease();
        public extern void RenewDhcpLease();
    }

    public enum NetworkInterfaceType
    {
        Unknown = 1,
        Ethernet = 6,
        Wireless80211 = 71,
        WirelessAP = 72,
    }

    public enum PhyProtocols
    {
        PHY802_11b = 1,
        PHY802_11g = 2,
        PHY802_11n = 4,
        PHY802_11lr = 8,
    }

    public enum RadioType : byte
    {
        NotSpecified = 0,
        _802_11a = 1,
        _802_11b = 2,
        _802_11g = 4,
        _802_11n = 8,
    }

    public class Wireless80211Configuration
    {
        public extern AuthenticationType Authentication { get; set; }
        public extern EncryptionType Encryption { get; set; }
        public extern uint Id { get; }
        public extern Wireless80211Configuration.ConfigurationOptions Options { get; set; }
        public extern string Password { get; set; }
        public extern RadioType Radio { get; set; }
        public extern string Ssid { get; set; }
        public extern Wireless80211Configuration(uint id);
        public static extern Wireless80211Configuration[] GetAllWireless80211Configurations();
        public extern void SaveConfiguration();

        public enum ConfigurationOptions : byte
        {
            None = 0,
            Disable = 1,
            Enable = 2,
            AutoConnect = 6,
            SmartConfig = 10,
        }
    }
}

namespace System.Net.Security
{
    public static class CertificateManager
    {
        public static extern bool AddCaCertificateBundle(byte[] ca);
        public static extern bool AddCaCertificateBundle(X509Certificate[] ca);
        public static extern bool AddCaCertificateBundle(string ca);
    }

    public enum SslProtocols
    {
        None = 0,
        Tls12 = 3072,
        Tls13 = 12288,
    }

    public enum SslVerification
    {
        NoVerification = 1,
        VerifyPeer = 2,
        CertificateRequired = 4,
        VerifyClientOnce = 8,
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    public class X509Certificate
    {
        public virtual extern string Issuer { get; }
        public virtual extern string Subject { get; }
        public extern X509Certificate();
        public extern X509Certificate(byte[] certificate);
        public extern X509Certificate(string certificate);
        public virtual extern DateTime GetEffectiveDate();
        public virtual extern DateTime GetExpirationDate();
        public virtual extern byte[] GetRawCertData();
    }

    public class X509Certificate2 : X509Certificate
    {
        public extern bool HasPrivateKey { get; }
        public extern DateTime NotAfter { get; }
        public extern DateTime NotBefore { get; }
        public extern byte[] PrivateKey { get; }
        public extern byte[] PublicKey { get; }
        public extern byte[] RawData { get; }
        public extern X509Certificate2();
        public extern X509Certificate2(byte[] rawData);
        public extern X509Certificate2(byte[] rawData, byte[] key, string password);
        public extern X509Certificate2(byte[] rawData, string key, string password);
        public extern X509Certificate2(string certificate);
        public extern X509Certificate2(string rawData, string key, string password);
    }
}

namespace nanoFramework.Networking
{
    public class IPConfiguration
    {
        public extern string IPAddress { get; set; }
        public extern string[] IPDns { get; set; }
        public extern string IPGatewayAddress { get; set; }
        public extern string IPSubnetMask { get; set; }
        public extern IPConfiguration(string ipv4Address, string ipv4SubnetMask, string ipv4GatewayAddress, string[] ipv4DnsAddresses = null);
    }

    public static class NetworkHelper
    {
        public static extern Exception HelperException { get; }
        public static extern ManualResetEvent NetworkReady { get; }
        public static extern NetworkHelperStatus Status { get; }
        public static extern void Reset();
        public static extern bool SetupAndConnectNetwork(CancellationToken token = default, bool requiresDateTime = false);
        public static extern bool SetupAndConnectNetwork(IPConfiguration ipConfiguration, CancellationToken token = default, bool requiresDateTime = false);
        public static extern void SetupNetworkHelper(bool requiresDateTime = false);
        public static extern void SetupNetworkHelper(IPConfiguration ipConfiguration, bool requiresDateTime = false);
    }

    public enum NetworkHelperStatus
    {
        None = 0,
        Started = 1,
        NetworkIsReady = 2,
        FailedNoNetworkInterface = 3,
        TokenExpiredWaitingIPAddress = 4,
        TokenExpiredWaitingDateTime = 5,
        ErrorConnetingToWiFiWhileScanning = 6,
        ExceptionOccurred = 7,
        Reconnecting = 8,
    }
}
