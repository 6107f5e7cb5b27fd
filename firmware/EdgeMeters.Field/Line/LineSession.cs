using EdgeMeters.HostNode;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Field.Line;

/// <summary>A line that is open, and the bus that owns it.</summary>
internal sealed class LineSession : IDisposable
{
    private readonly ISerialLine _line;

    /// <exception cref="DeviceException">The port cannot be opened.</exception>
    /// <exception cref="FormatException">The port's name is none.</exception>
    public LineSession(string port, LineTable table)
        : this(
            LineOpener.Open(LineOptions.Settings(port, table), new HostEntropy()), new HostClock(TimeProvider.System, isTrusted: true), table,
            LineAddress.CarriesModbusOnly(port))
    {
    }

    /// <param name="line">A line that is open.</param>
    /// <param name="isModbusTcp">The frames of Modbus TCP go over it, and no other protocol.</param>
    public LineSession(ISerialLine line, INodeClock clock, LineTable table, bool isModbusTcp)
    {
        _line = line;
        Clock = clock;
        Table = table;
        IsModbusTcp = isModbusTcp;
        Bus = new BusLine(line, clock, table);
    }

    public INodeClock Clock { get; }

    public LineTable Table { get; }

    public BusLine Bus { get; }

    /// <summary>True where the frames of Modbus TCP go, and no other protocol.</summary>
    public bool IsModbusTcp { get; }

    /// <summary>Asks for a whole reading, again after a disturbance, never after a refusal.</summary>
    /// <param name="tries">At most so often.</param>
    /// <param name="faults">How often it had to be asked again.</param>
    public BusResult Ask(BusMeter meter, int tries, out int faults)
    {
        for (faults = 0; ; faults++)
        {
            BusResult result = AskOnce(meter);
            if (result is BusResult.Ok or BusResult.Refused || faults == tries - 1)
                return result;
        }
    }

    /// <summary>Changes the line's setting for all that is asked from now on.</summary>
    public void Use(int baudRate, byte parity, byte stopBits)
    {
        Table.BaudRate = baudRate;
        Table.Parity = parity;
        Table.StopBits = stopBits;
    }

    /// <exception cref="UsageException">The protocol does not go over this line.</exception>
    public void RequireFit(BusProtocol protocol)
    {
        if (IsModbusTcp && protocol != BusProtocol.Modbus)
            throw new UsageException("over tcp:// goes Modbus only: for a converter that passes serial bytes on write rtu+tcp://host:port");
    }

    public void Dispose() => (_line as IDisposable)?.Dispose();

    /// <summary>As the node does: what a meter refuses to give along is left out from then on, and what it refuses altogether refuses no more.</summary>
    private BusResult AskOnce(BusMeter meter)
    {
        BusResult worst = BusResult.Ok;
        meter.Begin(0);
        for (int request = 0; request < meter.Requests; request++)
        {
            BusResult result = Bus.Exchange(meter, request, 0, Table.TimeoutMs);
            if (result == BusResult.Ok)
                meter.Keep(request, Bus.Answer);
            else if (result != BusResult.Refused)
                return result;
            else if (meter.LearnRefusal(request))
                return AskOnce(meter);
            else
                worst = result;
        }
        return worst;
    }
}
