namespace EdgeMeters.HostNode.Serial;

/// <summary>How a serial line is opened.</summary>
/// <param name="PortName">Device path, as /dev/ttyUSB0 or, better, a name below /dev/serial/by-id, which survives replugging.</param>
/// <param name="BaudRate">Bits per second.</param>
/// <param name="Framing">8 bits, parity N, E or O, 1 or 2 stop bits: 8N1 as most Modbus meters, 8E1 as DL/T 645 and CJ/T 188, 8O1, 8N2 ...</param>
public sealed record SerialLineSettings(string PortName, int BaudRate = 9600, string Framing = "8N1")
{
    private const string Parities = "NOE";

    /// <summary>Parity of a framing: 0 none, 1 odd, 2 even, as <c>System.IO.Ports.Parity</c> counts.</summary>
    public static byte ParityOf(string framing) => (byte)Parities.IndexOf(framing[1]);

    /// <summary>Stop bits of a framing, 1 or 2.</summary>
    public static byte StopBitsOf(string framing) => (byte)(framing[2] - '0');

    /// <summary>Writes a framing, as 8N1.</summary>
    public static string FramingOf(byte parity, byte stopBits) => $"8{Parities[parity]}{stopBits}";
}
