using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Gpio;
using EdgeMeters.HostNode.Serial;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Update;
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
    private readonly NodeCore _core;
    private readonly MqttUplink _uplink;
    private readonly PulseBoard? _board;
    private readonly Thread _acquiring;
    private readonly Thread _sending;
    private RestartReason _stopReason = RestartReason.Host;
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
            NodeTable table = NodeTableCompiler.Compile(configuration);
            FileBlockDevice device = Own(FileBlockDevice.Open(configuration.JournalFile, configuration.JournalKiB));
            _board = configuration.Pulses.Count == 0 ? null : Own(new PulseBoard(configuration));
            _uplink = Own(new MqttUplink(configuration.Node, configuration.Gateway, _entropy, time));
            HmacBlockMac mac = new(configuration.Node, configuration.MacKey);
            NodePorts ports = new(device, _uplink, _clock, _entropy, mac, new HostControl(log, Restart), new HostDocuments())
            {
                Lines = OpenLines(),
                Counters = Counters(table),
            };
            _core = new NodeCore(table, ports, ApplicationVersion.Number, Limits.ReadingsPerBlockMax);
            LogStart(table);
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

    /// <summary>
    /// Ends when the node has stopped, or wants to be started again (see <see cref="WantsRestart"/>); with an exception when it had to,
    /// because its journal takes no more.
    /// </summary>
    public Task Ended => _ended.Task;

    /// <summary>True once the node was told to start again: whoever runs it disposes of this one and makes another.</summary>
    public bool WantsRestart => _stopReason != RestartReason.Host;

    public NodeStatus Status
    {
        get
        {
            IEnumerable<string?> errors = [.. _lines.Select(l => l.LastError), _board?.LastError, _uplink.LastError];
            return new NodeStatus(
                _core.Acquisition.RowsAppended,
                _core.Journal.NextRow - 1L - _core.Journal.ReleasedRow,
                _core.Journal.NextEvent - 1L - _core.Journal.ReleasedEvent,
                _uplink.IsConnected,
                _core.Session.BlocksReceived,
                _core.Session.BlocksFailed,
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

    private ISerialLine[] OpenLines()
    {
        foreach (LineConfiguration line in _configuration.Lines)
            _lines.Add(Own(new ReopeningLine(new SerialLineSettings(line.Port, line.Baud, line.Framing), _clock, _entropy)));
        return [.. _lines];
    }

    private IPulseCounter?[] Counters(NodeTable table)
    {
        return [.. table.Channels.Select(c => c.Kind == ChannelKind.Pulse ? (IPulseCounter)_board!.Inputs[c.Input] : null)];
    }

    private void LogStart(NodeTable table)
    {
        ReadingJournal journal = _core.Journal;
        _log($"journal {_configuration.JournalFile} {(journal.WasNew ? "begun" : "opened")}: epoch {journal.Epoch:x8}, next row {journal.NextRow}, "
            + $"backlog {journal.NextRow - 1L - journal.ReleasedRow} rows");
        if (journal.SkippedFirst != 0)
            _log($"the journal's end was damaged: sequences {journal.SkippedFirst} to {journal.SkippedLast} will not come");
        for (int i = 0; i < table.Channels.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            string register = $"channel {i}: {channel.Layout.Register} of {channel.Layout.MeterSerial}";
            if (channel.Kind == ChannelKind.Bus)
            {
                MeterTable meter = table.Meters[channel.Meter];
                _log($"{register} on {_configuration.Lines[meter.Line].Name}, {meter.Protocol} address {Convert.ToHexString(meter.Address)}");
                continue;
            }
            string origin = journal.IsRestored(i) ? "the journal" : "the configuration";
            _log($"{register} on pin {_configuration.Pulses[channel.Input].Pin}, goes on from {_core.StartRegisters[i]} pulses as {origin} says");
            long missingMax = _core.MissingPulsesMax(i);
            if (missingMax != 0)
                _log($"channel {i}: at most {(missingMax < 0 ? "unknown" : missingMax)} pulses may be missing since the last checkpoint");
        }
    }

    private void Acquire()
    {
        try
        {
            long rows = 0;
            do
            {
                _core.StepAcquisition();
                if (_core.Acquisition.RowsAppended != rows)
                    _appended.Set();
                rows = _core.Acquisition.RowsAppended;
            }
            while (!_stop.WaitOne(_core.Acquisition.IdleMs(AcquisitionIdleMsMax)));
            _core.Stop(_stopReason);
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
                _core.StepUplink();
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
        while (!_core.Session.IsDrained && _clock.MonotonicMs < endMs)
        {
            _core.StepUplink();
            _uplink.Changed.WaitOne(AcquisitionIdleMsMax / 10);
        }
    }

    private void Restart(RestartReason reason)
    {
        _log($"the node starts again: {reason}");
        _stopReason = reason;
        _stop.Set();
        _ended.TrySetResult();
    }

    // A node that cannot keep readings must not go on as if it could.
    private void Fail(Exception cause)
    {
        _ended.TrySetException(cause);
        _stop.Set();
    }
}
