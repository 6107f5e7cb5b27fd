using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode.Serial;

/// <summary>Opens a line by its name, whatever it is.</summary>
public static class LineOpener
{
    /// <returns>A line that is open; whoever asked for it disposes of it, for all are disposable.</returns>
    /// <exception cref="DeviceException">It cannot be opened now.</exception>
    /// <exception cref="FormatException">The name is that of no line.</exception>
    public static ISerialLine Open(SerialLineSettings settings, IEntropy entropy)
    {
        if (!LineAddress.IsNetwork(settings.PortName))
            return new SerialPortLine(settings);
        LineAddress address = LineAddress.Parse(settings.PortName);
        TcpLine line = new(address, settings.BaudRate);
        return address.IsModbusTcp ? new ModbusTcpLine(line, address.ToString(), (ushort)entropy.NextUInt32()) : line;
    }
}
