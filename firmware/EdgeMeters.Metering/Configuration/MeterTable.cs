using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;

namespace EdgeMeters.Metering.Configuration;

/// <summary>One meter of a node: its line, and how it is spoken to there.</summary>
public sealed class MeterTable
{
    public const int AddressBytesMax = 8;
    public const int GapMsMax = 1000;

    /// <summary>Index of the line.</summary>
    public byte Line { get; set; }

    public BusProtocol Protocol { get; set; } = BusProtocol.Modbus;

    /// <summary>
    /// As the protocol sends it. Modbus: the unit, 1 to 247. DL/T 645: six bytes, least significant first. CJ/T 188: the meter type and seven
    /// bytes, least significant first. M-Bus: the primary address, 1 to 250, or the eight bytes of a secondary address.
    /// </summary>
    public byte[] Address { get; set; } = new byte[] { 1 };

    /// <summary>Its own baud rate; 0 for the line's, and then parity and stop bits are the line's too.</summary>
    public int BaudRate { get; set; }

    /// <summary>0 none, 1 odd, 2 even.</summary>
    public byte Parity { get; set; }

    /// <summary>1 or 2.</summary>
    public byte StopBits { get; set; } = 1;

    /// <summary>Silence that this meter needs between an answer and its next request.</summary>
    public int GapMs { get; set; }

    /// <summary>Modbus: registers that one request may ask for, 1 to 125.</summary>
    public int RegistersMax { get; set; } = ModbusFrame.QuantityMax;

    /// <summary>Bits of a protocol's variants. CJ/T 188: bit 0, DI goes 90 1F over the wire; bit 1, the unit comes before its number.</summary>
    public byte Variant { get; set; }
}
