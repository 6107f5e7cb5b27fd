namespace EdgeMeters.Metering.Boards;

/// <summary>One RS-485 line of a board: which COM port it is and where its transceiver is.</summary>
public sealed class SerialLinePins
{
    public SerialLinePins(int com, int transmit, int receive, int driverEnable)
    {
        Com = com;
        Transmit = transmit;
        Receive = receive;
        DriverEnable = driverEnable;
    }

    /// <summary>2 or 3; COM1 is the wire that the board is flashed and debugged over.</summary>
    public int Com { get; }

    public int Transmit { get; }

    public int Receive { get; }

    /// <summary>Driver and receiver enable of the transceiver, high while sending: the port's RTS.</summary>
    public int DriverEnable { get; }
}
