using EdgeMeters.Metering.Bus;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>One channel of a node: which register it is, and where the node finds it.</summary>
public sealed class ChannelTable
{
    public ChannelLayout Layout { get; set; } = new ChannelLayout();

    public ChannelKind Kind { get; set; }

    /// <summary>Bus: index of the meter.</summary>
    public byte Meter { get; set; }

    /// <summary>Bus: where the register lies in the meter, of the meter's protocol.</summary>
    public BusPoint? Point { get; set; }

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
