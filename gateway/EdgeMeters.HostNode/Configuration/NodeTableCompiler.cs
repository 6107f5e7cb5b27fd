using EdgeMeters.HostNode.Profiles;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.HostNode.Configuration;

/// <summary>Turns a configuration with its meter profiles into the table that the node core runs on, here and on a microcontroller.</summary>
public static class NodeTableCompiler
{
    /// <summary>Channels in the configuration's order: meters with the registers that are read, then pulses.</summary>
    public static NodeTable Compile(NodeConfiguration configuration)
    {
        List<string> lines = [.. configuration.Lines.Select(line => line.Name)];
        List<MeterTable> meters = [];
        List<ChannelTable> channels = [];
        foreach (MeterConfiguration meter in configuration.Meters)
        {
            byte number = (byte)meters.Count;
            meters.Add(Compile(meter, (byte)lines.IndexOf(meter.Line)));
            channels.AddRange(meter.Registers.Select(register => new ChannelTable
            {
                Layout = register.Scale.ChannelOf(meter.Serial),
                Kind = ChannelKind.Bus,
                Meter = number,
                Point = register.Point,
            }));
        }
        for (int i = 0; i < configuration.Pulses.Count; i++)
        {
            PulseConfiguration pulse = configuration.Pulses[i];
            PulseProfile profile = pulse.Profile.Pulse!;
            channels.Add(new ChannelTable
            {
                Layout = profile.Scale.ChannelOf(pulse.Serial),
                Kind = ChannelKind.Pulse,
                // A host's own inputs are numbered as they are configured, a board's as they are on the board.
                Input = (byte)(configuration.Board == null ? i : pulse.Pin),
                Contact = pulse.Contact,
                MicrosecondsMin = profile.MicrosecondsMin,
                PulsesPerSecondMax = profile.PulsesPerSecondMax,
                StartPulses = pulse.StartPulses,
            });
        }
        return new NodeTable
        {
            Version = configuration.Version,
            Node = configuration.Node,
            Board = (byte)(configuration.Board?.Number ?? 0),
            Station = configuration.Station,
            MaySleep = configuration.MaySleep,
            GatewayHost = configuration.Gateway.Host,
            GatewayPort = configuration.Gateway.Port,
            IntervalSeconds = configuration.IntervalSeconds,
            CheckpointSeconds = configuration.CheckpointSeconds,
            BlockBytesMax = configuration.BlockBytesMax,
            Lines = [.. configuration.Lines.Select(Compile)],
            Meters = [.. meters],
            Channels = [.. channels],
        };
    }

    private static MeterTable Compile(MeterConfiguration meter, byte line)
    {
        BusProfile bus = meter.Profile.Bus!;
        return new MeterTable
        {
            Line = line,
            Protocol = bus.Protocol,
            Address = meter.Address,
            BaudRate = meter.Baud,
            Parity = SerialLineSettings.ParityOf(meter.Framing),
            StopBits = SerialLineSettings.StopBitsOf(meter.Framing),
            GapMs = bus.GapMs,
            RegistersMax = bus.RegistersPerReadMax,
            Variant = bus.Variant,
        };
    }

    private static LineTable Compile(LineConfiguration line) => new()
    {
        BaudRate = line.Baud,
        Parity = SerialLineSettings.ParityOf(line.Framing),
        StopBits = SerialLineSettings.StopBitsOf(line.Framing),
        TimeoutMs = line.TimeoutMs,
        LateAnswerMsMax = line.LateAnswerMsMax,
    };
}
