using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Gpio;
using EdgeMeters.HostNode.Profiles;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode;

/// <summary>A whole node in this process: journal, meters, pulses, uplink, and the two threads that drive them.</summary>
public sealed class NodeHost : IDisposable
{
    /// <summary>Pulses are judged this often: short against the interval, long against the machine.</summary>
    private const int AcquisitionIdleMsMax = 200;

    private const int UplinkIdleMsMax = 250;

    /// <summary>A round over a bus of silent meters may take this long, and is not cut short.</summary>
    private const int StopTimeoutMs = 60000;

    /// <summary>At a stop that is foreseen the gateway gets what it does not have yet, if it can be reached within this time.</summary>
    private const int DrainMsMax = 5000;

    private readonly NodeConfiguration _configuration;
    private readonly Action<string> _log;
    private readonly HostClock _clock;
    private readonly HostEntropy _entropy = new();
    private readonly List<IDisposable> _parts = [];
    private readonly List<ReopeningLine> _lines = [];
    private readonly ManualResetEvent _stop = new(false);
    private readonly AutoResetEvent _appended = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReadingJournal _journal;
    private readonly Acquisition _acquisition;
    private readonly MqttUplink _uplink;
    private readonly UplinkSession _session;
    private readonly PulseBoard? _board;
    private readonly Thread _acquiring;
    private readonly Thread _sending;
    private bool _isClosed;

    /// <summary>Opens everything and starts.</summary>
    /// <param name="configuration">What the node is.</param>
    /// <param name="time">UTC and monotonic time.</param>
    /// <param name="log">Takes lines of text, from any thread.</param>
    /// <exception cref="DeviceException">The journal, the GPIO chip or the certificates cannot be used. A serial line may come later.</exception>
    public NodeHost(NodeConfiguration configuration, TimeProvider time, Action<string> log)
    {
        _configuration = configuration;
        _log = log;
        _clock = new HostClock(time, configuration.IsClockTrusted);
        try
        {
            ChannelLayout[] layout = configuration.Layout();
            long[] registers = new long[layout.Length];
            for (int i = 0; i < configuration.Pulses.Count; i++)
                registers[layout.Length - configuration.Pulses.Count + i] = configuration.Pulses[i].StartPulses;
            _journal = OpenJournal(layout, registers);
            _board = configuration.Pulses.Count == 0 ? null : Own(new PulseBoard(configuration));
            IRegisterSource[] sources = [.. ModbusSources(), .. PulseSources(registers)];
            bool[] isInDoubt = TellStart(layout, registers);
            _acquisition = new Acquisition(
                _journal, _clock, sources, isInDoubt, configuration.IntervalSeconds, configuration.CheckpointSeconds * 1000);
            _uplink = Own(new MqttUplink(configuration.Node, configuration.Gateway, _entropy, time));
            HmacBlockMac mac = Own(new HmacBlockMac(configuration.Node, configuration.MacKey));
            _session = new UplinkSession(
                _journal, _uplink, _clock, mac, _entropy, configuration.BlockBytesMax, Limits.ReadingsPerBlockMax);
        }
        catch
        {
            DisposeParts();
            throw;
        }
        _acquiring = new Thread(Acquire) { IsBackground = true, Name = "acquisition" };
        _sending = new Thread(Send) { IsBackground = true, Name = "uplink" };
        _acquiring.Start();
        _sending.Start();
    }

    /// <summary>Ends when the node has stopped; with an exception when it had to, because its journal takes no more.</summary>
    public Task Ended => _ended.Task;

    public NodeStatus Status
    {
        get
        {
            IEnumerable<string?> errors = [.. _lines.Select(l => l.LastError), _board?.LastError, _uplink.LastError];
            return new NodeStatus(
                _acquisition.RowsAppended,
                _journal.NextRow - 1L - _journal.ReleasedRow,
                _journal.NextEvent - 1L - _journal.ReleasedEvent,
                _uplink.IsConnected,
                _session.BlocksReceived,
                _session.BlocksFailed,
                [.. errors.OfType<string>()]);
        }
    }

    /// <summary>Keeps what was counted, sends what the gateway does not have yet, and ends. Returns once the journal is closed.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _stop.Set();
        if (!_acquiring.Join(StopTimeoutMs) || !_sending.Join(StopTimeoutMs))
            _log("a thread did not end in time; the journal is safe, what was counted since the last checkpoint is lost");
        DisposeParts();
        _ended.TrySetResult();
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }

    private void DisposeParts()
    {
        for (int i = _parts.Count - 1; i >= 0; i--)
            _parts[i].Dispose();
        _parts.Clear();
    }

    private ReadingJournal OpenJournal(ChannelLayout[] layout, long[] registers)
    {
        FileBlockDevice device = Own(FileBlockDevice.Open(_configuration.JournalFile, _configuration.JournalKiB));
        ReadingJournal journal = new(device, _entropy);
        journal.Open(layout, registers);
        _log($"journal {_configuration.JournalFile} {(journal.WasNew ? "begun" : "opened")}: epoch {journal.Epoch:x8}, next row {journal.NextRow}, "
            + $"backlog {journal.NextRow - 1L - journal.ReleasedRow} rows");
        return journal;
    }

    private List<IRegisterSource> ModbusSources()
    {
        Dictionary<string, ModbusClient> clients = [];
        foreach (LineConfiguration line in _configuration.Lines)
        {
            ReopeningLine port = Own(new ReopeningLine(new SerialLineSettings(line.Port, line.Baud, line.Framing), _clock, _entropy));
            _lines.Add(port);
            clients[line.Name] = new ModbusClient(port, _clock, line.TimeoutMs, line.LateAnswerMsMax) { GapMs = line.GapMs };
        }
        List<IRegisterSource> sources = [];
        foreach (MeterConfiguration meter in _configuration.Meters)
        {
            foreach (ModbusRegisterProfile register in meter.Profile.Registers)
            {
                _log($"channel {sources.Count}: {register.Scale.Obis} of {meter.Serial}, {meter.Profile.Id} on {meter.Line} unit {meter.Unit}");
                sources.Add(new ModbusRegister(
                    clients[meter.Line], meter.Unit, register.Function, register.Address, register.Type, register.Order, register.FloatScale));
            }
        }
        return sources;
    }

    private List<IRegisterSource> PulseSources(long[] registers)
    {
        int first = registers.Length - _configuration.Pulses.Count;
        List<IRegisterSource> sources = [];
        for (int i = 0; i < _configuration.Pulses.Count; i++)
        {
            PulseConfiguration pulse = _configuration.Pulses[i];
            PulseProfile profile = pulse.Profile.Pulse!;
            string origin = _journal.IsRestored(first + i) ? "the journal" : "the configuration";
            _log($"channel {first + i}: {profile.Scale.Obis} of {pulse.Serial}, {pulse.Profile.Id} on pin {pulse.Pin}, "
                + $"goes on from {registers[first + i]} pulses as {origin} says");
            sources.Add(new PulseAccumulator(_board!.Inputs[i], registers[first + i], profile.PulsesPerSecondMax, _clock.MonotonicMs));
        }
        return sources;
    }

    /// <summary>Tells the gateway of the start and of what is in doubt after it.</summary>
    /// <returns>The channels whose next reading is to be marked.</returns>
    private bool[] TellStart(ChannelLayout[] layout, long[] registers)
    {
        uint nowUtcSeconds = (uint)(_clock.UtcMs / 1000);
        long sinceRecord = _journal.WasNew ? 0 : SecondsSince(_journal.RecoveredUtcSeconds);
        _journal.AppendEvent(nowUtcSeconds, EventCode.Started, EventBlock.WholeNode, sinceRecord, _journal.WasNew ? 1 : 0);
        if (_journal.SkippedFirst != 0)
        {
            _journal.AppendEvent(
                nowUtcSeconds, EventCode.SequencesUnavailable, EventBlock.WholeNode, _journal.SkippedFirst, _journal.SkippedLast);
            _log($"the journal's end was damaged: sequences {_journal.SkippedFirst} to {_journal.SkippedLast} will not come");
        }
        bool[] isInDoubt = new bool[layout.Length];
        int first = layout.Length - _configuration.Pulses.Count;
        long sinceRegisters = SecondsSince(_journal.RegistersUtcSeconds);
        for (int i = 0; i < _configuration.Pulses.Count; i++)
        {
            int channel = first + i;
            if (!_journal.IsRestored(channel))
                continue;
            // After a clean stop too: the meter's contact did not stop.
            isInDoubt[channel] = true;
            // Both ends are whole seconds, so that it may have been a second more.
            long missingMax = sinceRegisters < 0 ? -1 : (sinceRegisters + 1) * _configuration.Pulses[i].Profile.Pulse!.PulsesPerSecondMax;
            _journal.AppendEvent(nowUtcSeconds, EventCode.PulsesInDoubt, (byte)channel, missingMax, registers[channel]);
            _log($"channel {channel}: at most {(missingMax < 0 ? "unknown" : missingMax)} pulses may be missing since the last checkpoint");
        }
        return isInDoubt;
    }

    /// <returns>-1 when the clock cannot tell.</returns>
    private long SecondsSince(uint utcSeconds)
    {
        long seconds = _clock.UtcMs / 1000 - utcSeconds;
        return utcSeconds == 0 || seconds < 0 || _clock.Quality == ClockQuality.Unset ? -1 : seconds;
    }

    private void Acquire()
    {
        try
        {
            long rows = 0;
            do
            {
                _acquisition.Step();
                if (_acquisition.RowsAppended != rows)
                    _appended.Set();
                rows = _acquisition.RowsAppended;
            }
            while (!_stop.WaitOne(_acquisition.IdleMs(AcquisitionIdleMsMax)));
            _acquisition.Checkpoint();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Send()
    {
        WaitHandle[] wakers = [_stop, _uplink.Changed, _appended];
        try
        {
            do
            {
                // The first settles what is under way, the second sends the next.
                _session.Step();
                _session.Step();
            }
            while (WaitHandle.WaitAny(wakers, UplinkIdleMsMax) != 0);
            Drain();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Drain()
    {
        _acquiring.Join(StopTimeoutMs);
        long endMs = _clock.MonotonicMs + DrainMsMax;
        while (!_session.IsDrained && _clock.MonotonicMs < endMs)
        {
            _session.Step();
            _uplink.Changed.WaitOne(AcquisitionIdleMsMax / 10);
        }
    }

    // A node that cannot keep readings must not go on as if it could.
    private void Fail(Exception cause)
    {
        _ended.TrySetException(cause);
        _stop.Set();
    }
}
