using EdgeMeters.Metering.Boards;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>What a node is: all paths full, all references resolved, all bounds kept.</summary>
public sealed record NodeConfiguration
{
    /// <summary>1 to 40 characters of A-Z a-z 0-9 . _ -; MQTT client id and part of the topic.</summary>
    public required string Node { get; init; }

    /// <summary>Stated by whoever writes the file and told to the gateway: counts up with every change.</summary>
    public required uint Version { get; init; }

    /// <summary>The ESP32 board that this is for; null for this host.</summary>
    public required Board? Board { get; init; }

    /// <summary>Base station in the network plan, 0 for none.</summary>
    public required int Station { get; init; }

    /// <summary>True for a node on a battery, which sleeps between intervals.</summary>
    public required bool MaySleep { get; init; }

    public required int IntervalSeconds { get; init; }

    /// <summary>Counted pulses are kept in the journal at least this often.</summary>
    public required int CheckpointSeconds { get; init; }

    /// <summary>True when the machine's time is taken as set; false when its kernel is asked whether anything sets it.</summary>
    public required bool IsClockTrusted { get; init; }

    public required GatewayAddress Gateway { get; init; }

    /// <summary>32 bytes, known to the gateway too.</summary>
    public required byte[] MacKey { get; init; }

    public required string JournalFile { get; init; }

    public required int JournalKiB { get; init; }

    public required int BlockBytesMax { get; init; }

    public required IReadOnlyList<LineConfiguration> Lines { get; init; }

    public required IReadOnlyList<MeterConfiguration> Meters { get; init; }

    public required IReadOnlyList<PulseConfiguration> Pulses { get; init; }

    /// <summary>True when pins are simulated, false for the machine's own GPIO chip.</summary>
    public required bool IsGpioSimulated { get; init; }

    /// <summary>Unix socket of the bench that drives simulated pins; null when nothing drives them.</summary>
    public required string? GpioWire { get; init; }

    /// <summary>The channels: meters in order with their profile's registers, then pulses.</summary>
    public ChannelLayout[] Layout() => NodeTableCompiler.Compile(this).Layout();
}
