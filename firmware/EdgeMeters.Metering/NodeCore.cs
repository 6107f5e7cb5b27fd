using System;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Commands;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering;

/// <summary>The whole node between its ports. The same on ESP32, on Linux and in simulations.</summary>
/// <remarks>
/// Two loops drive it, each in a thread of its own: acquisition, which never waits for the network, and uplink. They meet in the journal and
/// in the mailbox of commands, both of which are safe for two threads. Everything is allocated by the constructor.
/// </remarks>
public sealed class NodeCore
{
    private readonly NodePorts _ports;
    private readonly CommandRunner _commands;
    private readonly IDocumentTaker _documents;
    private readonly bool[] _isInDoubt;
    private readonly long[] _missingPulsesMax;
    private bool _isSupplyFailing;
    private long _supplyFailedMs;

    /// <summary>Opens the journal and tells of the start.</summary>
    /// <param name="table">The configuration in force.</param>
    /// <param name="ports">The host.</param>
    /// <param name="applicationVersion">Version of the program, for hello and events.</param>
    /// <param name="readingsMax">Most readings in a block; sizes a buffer of nine bytes each.</param>
    /// <exception cref="DeviceException">The journal cannot be used.</exception>
    public NodeCore(NodeTable table, NodePorts ports, uint applicationVersion, int readingsMax)
    {
        _ports = ports;
        ChannelLayout[] layout = table.Layout();
        StartRegisters = new long[layout.Length];
        _isInDoubt = new bool[layout.Length];
        _missingPulsesMax = new long[layout.Length];
        for (int i = 0; i < layout.Length; i++)
            StartRegisters[i] = table.Channels[i].StartPulses;
        Journal = new ReadingJournal(ports.Journal, ports.Entropy);
        Journal.Open(layout, StartRegisters);
        // Before anything is written: a clock that starts at zero must not date new readings before old ones.
        ports.Control.AssumeUtc(1000L * Journal.RecoveredUtcSeconds);
        BusScheduler[] buses = new BusScheduler[table.Lines.Length];
        RegisterReadings readings = new RegisterReadings(layout);
        Channel[] channels = MakeChannels(table, buses, readings);
        TellStart(table, applicationVersion);
        Acquisition = new Acquisition(Journal, ports.Clock, channels, buses, readings, _isInDoubt, table.IntervalSeconds, table.CheckpointSeconds * 1000);
        CommandMailbox mailbox = new CommandMailbox();
        BlockEnvelope envelope = new BlockEnvelope(ports.Mac);
        _documents = ports.Documents;
        _documents.Begin(Journal);
        Dialogue dialogue = new Dialogue(
            MakeHello(table, applicationVersion), envelope, mailbox, _documents, new UplinkSlot(ports.Clock, table), Journal, ports.Clock,
            ports.Control);
        Session = new UplinkSession(
            Journal, ports.Uplink, ports.Clock, envelope, ports.Entropy, table.BlockBytesMax, readingsMax, dialogue);
        _commands = new CommandRunner(mailbox, Acquisition, Session, Journal, ports.Clock, ports.Control);
    }

    public ReadingJournal Journal { get; }

    public Acquisition Acquisition { get; }

    public UplinkSession Session { get; }

    /// <summary>By channel, where each register went on from at this start, in raw units.</summary>
    public long[] StartRegisters { get; }

    /// <summary>Pulses that may be missing from a channel since its last checkpoint: 0 none, -1 when the clock cannot tell.</summary>
    public long MissingPulsesMax(int channel)
    {
        return _missingPulsesMax[channel];
    }

    /// <summary>One round of the acquisition loop; what it does at most: <see cref="Metering.Acquisition.Step"/>.</summary>
    /// <exception cref="DeviceException">The journal takes no more writes: the node must not go on as if it could keep readings.</exception>
    public void StepAcquisition()
    {
        StepSupply();
        Acquisition.Step();
        _commands.Step();
    }

    /// <summary>One round of the uplink loop. Never waits.</summary>
    /// <exception cref="DeviceException">The journal takes no more writes.</exception>
    public void StepUplink()
    {
        // The first settles what is under way, the second sends the next.
        Session.Step();
        Session.Step();
        _documents.Step(Session.BlocksReceived);
    }

    /// <summary>Ends the acquisition for good: keeps what was counted and says why.</summary>
    public void Stop(RestartReason reason)
    {
        Acquisition.Stop();
        Journal.AppendEvent(UtcSeconds(), EventCode.Stopping, EventBlock.WholeNode, (long)reason, 0);
    }

    // The hold-up capacitor pays for one checkpoint: it comes first, what is told after it.
    private void StepSupply()
    {
        bool isFailing = _ports.Control.IsSupplyFailing;
        if (isFailing == _isSupplyFailing)
            return;
        _isSupplyFailing = isFailing;
        if (isFailing)
        {
            Acquisition.Checkpoint();
            _supplyFailedMs = _ports.Clock.MonotonicMs;
            Journal.AppendEvent(UtcSeconds(), EventCode.SupplyFailing, EventBlock.WholeNode, 0, 0);
            return;
        }
        Journal.AppendEvent(UtcSeconds(), EventCode.SupplyBack, EventBlock.WholeNode, _ports.Clock.MonotonicMs - _supplyFailedMs, 0);
    }

    private Channel[] MakeChannels(NodeTable table, BusScheduler[] buses, RegisterReadings registers)
    {
        if (_ports.Lines.Length != table.Lines.Length || _ports.Counters.Length != table.Channels.Length)
            throw new ArgumentException("The host must give a line for each line of the table, and a place for a counter for each channel.");
        Channel[] channels = new Channel[table.Channels.Length];
        for (int line = 0; line < buses.Length; line++)
            buses[line] = MakeBus(table, line, channels, registers);
        for (int i = 0; i < channels.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            if (channel.Kind != ChannelKind.Pulse)
                continue;
            IPulseCounter? counter = _ports.Counters[i];
            if (counter == null)
                throw new ArgumentException("The host must give a counter for channel " + i.ToString() + ".");
            channels[i] = new Channel(new PulseAccumulator(counter, StartRegisters[i], channel.PulsesPerSecondMax, _ports.Clock.MonotonicMs));
        }
        return channels;
    }

    private BusScheduler MakeBus(NodeTable table, int line, Channel[] channels, RegisterReadings registers)
    {
        int meters = 0;
        int pointsMax = 0;
        for (int i = 0; i < table.Meters.Length; i++)
        {
            if (table.Meters[i].Line != line)
                continue;
            meters++;
            int points = ChannelsOf(table, i);
            if (points > pointsMax)
                pointsMax = points;
        }
        BusFactory factory = new BusFactory(pointsMax, table.Lines[line].BaudRate);
        MeterReading[] readings = new MeterReading[meters];
        for (int i = 0, at = 0; i < table.Meters.Length; i++)
        {
            if (table.Meters[i].Line == line)
                readings[at++] = MakeReading(table, i, factory, channels, registers);
        }
        return new BusScheduler(new BusLine(_ports.Lines[line], _ports.Clock, table.Lines[line]), _ports.Clock, readings);
    }

    private static MeterReading MakeReading(NodeTable table, int meter, BusFactory factory, Channel[] channels, RegisterReadings registers)
    {
        byte[] numbers = new byte[ChannelsOf(table, meter)];
        BusPoint[] points = new BusPoint[numbers.Length];
        for (int i = 0, at = 0; i < channels.Length; i++)
        {
            if (!IsOf(table, i, meter))
                continue;
            points[at] = table.Channels[i].Point!;
            numbers[at++] = (byte)i;
        }
        MeterReading reading = new MeterReading(factory.NewMeter(table.Meters[meter], points), numbers, registers);
        for (int i = 0; i < numbers.Length; i++)
            channels[numbers[i]] = new Channel(reading);
        return reading;
    }

    private static int ChannelsOf(NodeTable table, int meter)
    {
        int channels = 0;
        for (int i = 0; i < table.Channels.Length; i++)
            channels += IsOf(table, i, meter) ? 1 : 0;
        return channels;
    }

    private static bool IsOf(NodeTable table, int channel, int meter)
    {
        return table.Channels[channel].Kind == ChannelKind.Bus && table.Channels[channel].Meter == meter;
    }

    private void TellStart(NodeTable table, uint applicationVersion)
    {
        long sinceRecord = Journal.WasNew ? 0 : SecondsSince(Journal.RecoveredUtcSeconds);
        Tell(EventCode.Started, EventBlock.WholeNode, sinceRecord, Journal.WasNew ? 1 : 0);
        Tell(EventCode.Running, EventBlock.WholeNode, applicationVersion, table.Version);
        if (Journal.SkippedFirst != 0)
            Tell(EventCode.SequencesUnavailable, EventBlock.WholeNode, Journal.SkippedFirst, Journal.SkippedLast);
        long sinceRegisters = SecondsSince(Journal.RegistersUtcSeconds);
        for (int i = 0; i < table.Channels.Length; i++)
        {
            if (table.Channels[i].Kind != ChannelKind.Pulse || !Journal.IsRestored(i))
                continue;
            // After a clean stop too: the meter's contact did not stop.
            _isInDoubt[i] = true;
            // Both ends are whole seconds, so that it may have been a second more.
            _missingPulsesMax[i] = sinceRegisters < 0 ? -1 : (sinceRegisters + 1) * table.Channels[i].PulsesPerSecondMax;
            Tell(EventCode.PulsesInDoubt, (byte)i, _missingPulsesMax[i], StartRegisters[i]);
        }
    }

    /// <returns>-1 when the clock cannot tell.</returns>
    private long SecondsSince(uint utcSeconds)
    {
        long seconds = _ports.Clock.UtcMs / 1000 - utcSeconds;
        return utcSeconds == 0 || seconds < 0 || _ports.Clock.Quality == ClockQuality.Unset ? -1 : seconds;
    }

    private Hello MakeHello(NodeTable table, uint applicationVersion)
    {
        Hello hello = new Hello();
        while (hello.StartNumber == 0)
            hello.StartNumber = _ports.Entropy.NextUInt32();
        hello.ApplicationVersion = applicationVersion;
        hello.ConfigurationVersion = table.Version;
        hello.Board = table.Board;
        hello.Station = table.Station;
        return hello;
    }

    private void Tell(EventCode code, byte channel, long a, long b)
    {
        Journal.AppendEvent(UtcSeconds(), code, channel, a, b);
    }

    private uint UtcSeconds()
    {
        return (uint)(_ports.Clock.UtcMs / 1000);
    }
}
