namespace EdgeMeters.HostNode.Serial;

/// <summary>What the name of a port stands for: a device of this machine, Modbus TCP, or a serial line behind a TCP connection.</summary>
public sealed record LineAddress
{
    /// <summary>IANA's port for Modbus TCP.</summary>
    private const int ModbusPort = 502;

    private const string ModbusScheme = "tcp://";
    private const string SerialScheme = "rtu+tcp://";

    private LineAddress(bool isModbusTcp, string host, int port)
    {
        IsModbusTcp = isModbusTcp;
        Host = host;
        Port = port;
    }

    /// <summary>True when Modbus goes in frames of its own over TCP; false when the bytes of the serial line do.</summary>
    public bool IsModbusTcp { get; }

    /// <summary>Name or IP address.</summary>
    public string Host { get; }

    public int Port { get; }

    /// <summary>True for a name that means a TCP connection, even if it is written wrongly.</summary>
    public static bool IsNetwork(string portName) => portName.Contains("://", StringComparison.Ordinal);

    /// <summary>True for a line that carries Modbus TCP, and so no other protocol.</summary>
    public static bool CarriesModbusOnly(string portName) => portName.StartsWith(ModbusScheme, StringComparison.Ordinal);

    /// <summary>Reads tcp://host, tcp://host:port or rtu+tcp://host:port.</summary>
    /// <exception cref="FormatException">It is neither; the message says how to write it.</exception>
    public static LineAddress Parse(string portName)
    {
        bool isModbusTcp = CarriesModbusOnly(portName);
        if (isModbusTcp || portName.StartsWith(SerialScheme, StringComparison.Ordinal))
        {
            bool isUri = Uri.TryCreate("tcp" + portName[portName.IndexOf(':')..], UriKind.Absolute, out Uri? uri);
            if (isUri && uri!.Host.Length > 0 && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Port != 0)
            {
                if (uri.Port > 0)
                    return new LineAddress(isModbusTcp, uri.DnsSafeHost, uri.Port);
                if (isModbusTcp)
                    return new LineAddress(isModbusTcp, uri.DnsSafeHost, ModbusPort);
            }
        }
        throw new FormatException($"'{portName}' is no port: write a device as /dev/ttyUSB0, tcp://host:502 for Modbus TCP, "
            + "or rtu+tcp://host:port for a converter that passes the serial bytes on");
    }

    public override string ToString()
    {
        string host = Host.Contains(':') ? $"[{Host}]" : Host;
        return $"{(IsModbusTcp ? ModbusScheme : SerialScheme)}{host}:{Port}";
    }
}
