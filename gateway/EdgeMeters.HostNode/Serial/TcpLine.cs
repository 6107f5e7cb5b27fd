using System.Net.Sockets;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode.Serial;

/// <summary>A serial line behind a TCP connection: a converter that passes bytes on as they are, so any protocol may go over it.</summary>
/// <remarks>
/// Baud rate and parity are set at the converter; <see cref="Use"/> only keeps what the caller computes times from. Reading and writing
/// allocate nothing. One reader and one writer at a time.
/// </remarks>
public sealed class TcpLine : ISerialLine, IDisposable
{
    /// <summary>Longer than a slow modem link takes to connect; the node's other lines wait meanwhile, so not longer than that.</summary>
    private const int ConnectTimeoutMs = 3000;

    /// <summary>A request is a few hundred bytes: a connection that does not take them for so long is dead.</summary>
    private const int WriteTimeoutMs = 5000;

    private readonly string _name;
    private readonly Socket _socket;
    private bool _isClosed;

    /// <param name="address">Where to connect.</param>
    /// <param name="baudRate">Of the line behind the converter: what times on it are computed from.</param>
    /// <exception cref="DeviceException">Nobody is there, or refuses.</exception>
    public TcpLine(LineAddress address, int baudRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baudRate);
        _name = address.ToString();
        BaudRate = baudRate;
        _socket = Connect(address);
    }

    public int BaudRate { get; private set; }

    public void Use(int baudRate, byte parity, byte stopBits) => BaudRate = baudRate;

    public void Write(byte[] buffer, int offset, int count)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        try
        {
            while (count > 0)
            {
                int sent = _socket.Send(buffer, offset, count, SocketFlags.None);
                offset += sent;
                count -= sent;
            }
        }
        catch (SocketException e)
        {
            throw Gone(e);
        }
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeoutMs);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (count == 0)
            return 0;
        try
        {
            // Poll counts in microseconds and its int would overflow at 35 minutes.
            if (!_socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), SelectMode.SelectRead))
                return 0;
            int read = _socket.Receive(buffer, offset, count, SocketFlags.None);
            return read > 0 ? read : throw new DeviceException($"{_name} has closed the connection: another client may have taken the converter's only place");
        }
        catch (SocketException e)
        {
            throw Gone(e);
        }
    }

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _socket.Dispose();
    }

    private static Socket Connect(LineAddress address)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = WriteTimeoutMs };
        try
        {
            using CancellationTokenSource limit = new(ConnectTimeoutMs);
            socket.ConnectAsync(address.Host, address.Port, limit.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new DeviceException($"{address} cannot be reached: {Reason(address, e)}", e);
        }
    }

    private static string Reason(LineAddress address, Exception cause) => (cause as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            $"the device is there, but nothing listens on its port {address.Port}. Correct the port, or switch the converter's TCP server on",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            $"the name '{address.Host}' is not known. Correct it, or write the IP address",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            "there is no way to it. Check the network cable and that this machine's own address is in the same network",
        null or SocketError.TimedOut =>
            $"no answer within {ConnectTimeoutMs / 1000} s. Check its power, the network cable, the IP address, and firewalls on the way",
        { } other => $"{cause.Message} ({other})",
    };

    private DeviceException Gone(SocketException cause) =>
        new($"the connection to {_name} is broken ({cause.Message}): check the converter's power and network cable", cause);
}
