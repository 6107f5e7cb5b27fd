// System.Net, Version=1.11.54.0, NativeVersion=100.2.0.12
// Package nanoFramework.System.Net 1.11.60, which M2Mqtt asks for; members: the published API of 1.11.54, of the same native version.
// Modifiers that documentation ids lack: github.com/nanoframework/System.Net.

namespace System.Net.Sockets;

public enum AddressFamily
{
    Unknown = -1,
    Unspecified = 0,
    Unix = 1,
    InterNetwork = 2,
    ImpLink = 3,
    Pup = 4,
    Chaos = 5,
    Ipx = 6,
    NS = 6,
    Iso = 7,
    Osi = 7,
    Ecma = 8,
    DataKit = 9,
    Ccitt = 10,
    Sna = 11,
    DecNet = 12,
    DataLink = 13,
    Lat = 14,
    HyperChannel = 15,
    AppleTalk = 16,
    NetBios = 17,
    VoiceView = 18,
    FireFox = 19,
    Banyan = 21,
    Atm = 22,
    InterNetworkV6 = 23,
    Cluster = 24,
    Ieee12844 = 25,
    Irda = 26,
    NetworkDesigners = 28,
    Max = 29,
}

public enum ProtocolFamily
{
    Unknown = -1,
    Unspecified = 0,
    Unix = 1,
    InterNetwork = 2,
    ImpLink = 3,
    Pup = 4,
    Chaos = 5,
    Ipx = 6,
    NS = 6,
    Iso = 7,
    Osi = 7,
    Ecma = 8,
    DataKit = 9,
    Ccitt = 10,
    Sna = 11,
    DecNet = 12,
    DataLink = 13,
    Lat = 14,
    HyperChannel = 15,
    AppleTalk = 16,
    NetBios = 17,
    VoiceView = 18,
    FireFox = 19,
    Banyan = 21,
    Atm = 22,
    InterNetworkV6 = 23,
    Cluster = 24,
    Ieee12844 = 25,
    Irda = 26,
    NetworkDesigners = 28,
    Max = 29,
}

public enum ProtocolType
{
    Unknown = -1,
    IP = 0,
    IPv6HopByHopOptions = 0,
    Unspecified = 0,
    Icmp = 1,
    Igmp = 2,
    Ggp = 3,
    IPv4 = 4,
    Tcp = 6,
    Pup = 12,
    Udp = 17,
    Idp = 22,
    IPv6 = 41,
    IPv6RoutingHeader = 43,
    IPv6FragmentHeader = 44,
    IPSecEncapsulatingSecurityPayload = 50,
    IPSecAuthenticationHeader = 51,
    IcmpV6 = 58,
    IPv6NoNextHeader = 59,
    IPv6DestinationOptions = 60,
    ND = 77,
    Raw = 255,
    Ipx = 1000,
    Spx = 1256,
    SpxII = 1257,
}

public enum SelectMode
{
    SelectRead = 0,
    SelectWrite = 1,
    SelectError = 2,
}

public class Socket : IDisposable
{
    public extern int Available { get; }
    public extern bool Connected { get; }
    public extern EndPoint LocalEndPoint { get; }
    public extern int ReceiveTimeout { get; set; }
    public extern EndPoint RemoteEndPoint { get; }
    public extern int SendTimeout { get; set; }
    public extern SocketType SocketType { get; }
    public extern Socket(AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType);
    public extern Socket Accept();
    public extern void Bind(EndPoint localEP);
    public extern void Close();
    public extern void Connect(EndPoint remoteEP);
    protected virtual extern void Dispose(bool disposing);
    public extern object GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName);
    public extern void GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] val);
    public extern void Listen(int backlog);
    public extern bool Poll(int microSeconds, SelectMode mode);
    public extern int Receive(byte[] buffer);
    public extern int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags);
    public extern int Receive(byte[] buffer, int size, SocketFlags socketFlags);
    public extern int Receive(byte[] buffer, SocketFlags socketFlags);
    public extern int ReceiveFrom(byte[] buffer, int offset, int size, SocketFlags socketFlags, ref EndPoint remoteEP);
    public extern int ReceiveFrom(byte[] buffer, int size, SocketFlags socketFlags, ref EndPoint remoteEP);
    public extern int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP);
    public extern int ReceiveFrom(byte[] buffer, SocketFlags socketFlags, ref EndPoint remoteEP);
    public extern int Send(byte[] buffer);
    public extern int Send(byte[] buffer, int offset, int size, SocketFlags socketFlags);
    public extern int Send(byte[] buffer, int size, SocketFlags socketFlags);
    public extern int Send(byte[] buffer, SocketFlags socketFlags);
    public extern int SendTo(byte[] buffer, int offset, int size, SocketFlags socketFlags, EndPoint remoteEP);
    public extern int SendTo(byte[] buffer, int size, SocketFlags socketFlags, EndPoint remoteEP);
    public extern int SendTo(byte[] buffer, EndPoint remoteEP);
    public extern int SendTo(byte[] buffer, SocketFlags socketFlags, EndPoint remoteEP);
    public extern void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, bool optionValue);
    public extern void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] optionValue);
    public extern void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionValue);
    extern void IDisposable.Dispose();
}

public enum SocketError
{
    SocketError = -1,
    Success = 0,
    Interrupted = 10004,
    AccessDenied = 10013,
    Fault = 10014,
    InvalidArgument = 10022,
    TooManyOpenSockets = 10024,
    WouldBlock = 10035,
    InProgress = 10036,
    AlreadyInProgress = 10037,
    NotSocket = 10038,
    DestinationAddressRequired = 10039,
    MessageSize = 10040,
    ProtocolType = 10041,
    ProtocolOption = 10042,
    ProtocolNotSupported = 10043,
    SocketNotSupported = 10044,
    OperationNotSupported = 10045,
    ProtocolFamilyNotSupported = 10046,
    AddressFamilyNotSupported = 10047,
    AddressAlreadyInUse = 10048,
    AddressNotAvailable = 10049,
    NetworkDown = 10050,
    NetworkUnreachable = 10051,
    NetworkReset = 10052,
    ConnectionAborted = 10053,
    ConnectionReset = 10054,
    NoBufferSpaceAvailable = 10055,
    IsConnected = 10056,
    NotConnected = 10057,
    Shutdown = 10058,
    TimedOut = 10060,
    ConnectionRefused = 10061,
    HostDown = 10064,
    HostUnreachable = 10065,
    ProcessLimit = 10067,
    SystemNotReady = 10091,
    VersionNotSupported = 10092,
    NotInitialized = 10093,
    Disconnecting = 10101,
    TypeNotFound = 10109,
    HostNotFound = 11001,
    TryAgain = 11002,
    NoRecovery = 11003,
    NoData = 11004,
}

public class SocketException : Exception
{
    public extern int ErrorCode { get; }
    public extern SocketException(SocketError errorCode);
}

public enum SocketFlags
{
    None = 0,
    OutOfBand = 1,
    Peek = 2,
    DontRoute = 4,
    MaxIOVectorLength = 16,
    Truncated = 256,
    ControlDataTruncated = 512,
    Broadcast = 1024,
    Multicast = 2048,
    Partial = 32768,
}

public enum SocketOptionLevel
{
    IP = 0,
    Tcp = 6,
    Udp = 17,
    IPv6 = 41,
    Socket = 65535,
}

public enum SocketOptionName
{
    DontLinger = -129,
    ExclusiveAddressUse = -5,
    Debug = 1,
    IPOptions = 1,
    NoChecksum = 1,
    NoDelay = 1,
    AcceptConnection = 2,
    BsdUrgent = 2,
    Expedited = 2,
    HeaderIncluded = 2,
    TypeOfService = 3,
    IpTimeToLive = 4,
    ReuseAddress = 4,
    KeepAlive = 8,
    MulticastInterface = 9,
    MulticastTimeToLive = 10,
    MulticastLoopback = 11,
    AddMembership = 12,
    DropMembership = 13,
    DontFragment = 14,
    AddSourceMembership = 15,
    DontRoute = 16,
    DropSourceMembership = 16,
    BlockSource = 17,
    UnblockSource = 18,
    PacketInformation = 19,
    ChecksumCoverage = 20,
    HopLimit = 21,
    Broadcast = 32,
    UseLoopback = 64,
    Linger = 128,
    OutOfBandInline = 256,
    SendBuffer = 4097,
    ReceiveBuffer = 4098,
    SendLowWater = 4099,
    ReceiveLowWater = 4100,
    SendTimeout = 4101,
    ReceiveTimeout = 4102,
    Error = 4103,
    Type = 4104,
    UpdateAcceptContext = 28683,
    UpdateConnectContext = 28688,
    MaxConnections = 2147483647,
}

public enum SocketType
{
    Unknown = -1,
    Stream = 1,
    Dgram = 2,
    Raw = 3,
    Rdm = 4,
    Seqpacket = 5,
}
