using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>One channel of a node: which register it is, and where the node finds it.</summary>
public sealed class ChannelTable
{
    public ChannelLayout Layout { get; set; } = new ChannelLayout();

    public ChannelKind Kind { get; set; }

    /// <summary>Modbus: index of the line.</summary>
    public byte Line { get; set; }

    /// <summary>Modbus: unit address, 1 to 247.</summary>
    public byte Unit { get; set; }

    /// <summary>Modbus: 3 holding, 4 input registers.</summary>
    public byte Function { get; set; }

    /// <summary>Modbus: wire address, from 0.</summary>
    public ushort Address { get; set; }

    public RegisterType Type { get; set; }

    public WordOrder Order { get; set; }

    /// <summary>Modbus: raw counts in one unit of a float, 1 to 1,000,000.</summary>
    public int FloatScale { get; set; } = 1;

    /// <summary>Pulse: input of the board, from 0.</summary>
    public byte Input { get; set; }

    public ContactKind Contact { get; set; }

    /// <summary>Pulse: a level shorter than this is bounce or noise.</summary>
    public int MicrosecondsMin { get; set; }

    /// <summary>Pulse: more than the meter can make is not believed.</summary>
    public int PulsesPerSecondMax { get; set; } = 1;

    /// <summary>Pulse: the dial when commissioned, in pulses; counts only until the journal knows better.</summary>
    public long StartPulses { get; set; }
}
