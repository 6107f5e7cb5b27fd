using System;
using System.Threading;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Panel;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Time;
using EdgeMeters.Metering.Update;
using EdgeMeters.Node.Network;
using EdgeMeters.Wire;
using nanoFramework.Hardware.Esp32;

namespace EdgeMeters.Node;

/// <summary>A configured node at work: one thread reads meters, one sends, and the calling one watches both, feeds the watchdog and moves the LED.</summary>
/// <remarks>
/// The twin of the Linux host node's NodeHost. All buffers are made before the threads start. The pins of the panel, the journal and the network
/// are each used by one thread, but for the calls in <see cref="SleepLightly"/>, during which the uplink's loop is held off the network.
/// </remarks>
public sealed class NodeService
{
    /// <summary>Readings in a block: 16 rows of a full node. Nine bytes of RAM each.</summary>
    public const int ReadingsMax = 512;

    private const int AcquisitionIdleMsMax = 200;
    private const int UplinkIdleMsMax = 250;
    private const int StatusMs = 60000;
    private const int HealthMs = 1000;
    private const int StopMs = 60000;
    private const int SuspendMsMax = 10000;

    /// <summary>Half of the external watchdog's shortest time: the node wakes to feed it.</summary>
    private const int SleepPieceMs = 30000;

    /// <summary>So many rows without a receipt are a backlog: the latest is always on its way.</summary>
    private const int BacklogRows = 3;

    /// <summary>Longest hold before a restart after a fault: the LED shows it, and whoever reads the console can.</summary>
    private const int FaultPauseMsMin = 10000;

    private readonly bool _maySleep;
    private readonly bool _hasPulses;
    private readonly DisciplinedClock _clock;
    private readonly NetworkLink _network;
    private readonly StartRecord _starts;
    private readonly BoardDevices _devices;
    private readonly StatusLed _led = new StatusLed();
    private readonly NodeControl _control;
    private readonly MqttUplink _uplink;
    private readonly NodeCore _core;
    private readonly HealthMonitor _health;
    private readonly Thread _acquiring;
    private readonly Thread _sending;
    private readonly object _gate = new object();
    private string _fault = "";
    private bool _isStopping;
    private bool _isProven;
    private long _openedMs;
    private long _rowMs;
    private long _rows;

    /// <summary>Opens everything.</summary>
    /// <param name="board">Fits table and chip.</param>
    /// <param name="starts">Begun.</param>
    /// <param name="launch">Which application this is; see <see cref="LaunchContract"/>.</param>
    /// <exception cref="DeviceException">A device does not answer.</exception>
    public NodeService(
        Board board, NodeTable table, NodeIdentity identity, ConfigurationStore store, NetworkLink network, DisciplinedClock clock, IEntropy entropy,
        StartRecord starts, uint[] launch)
    {
        _maySleep = table.MaySleep;
        _hasPulses = table.HasPulses();
        _clock = clock;
        _network = network;
        _starts = starts;
        _devices = new BoardDevices(board, clock);
        _control = new NodeControl(_devices, clock, _led);
        RunSelfTestIfAsked();
        _devices.OpenFlash();
        IBlockDevice journal = _devices.Journal;
        GatewayTime time = new GatewayTime(clock, entropy, table.GatewayHost);
        _uplink = new MqttUplink(table, TlsFiles.Load(), network, time, clock, entropy, NodeTable.BytesMax, starts.PauseMs);
        NodeDocuments documents = MakeDocuments(store, identity.Name, board, launch, table.IntervalSeconds);
        NodePorts ports = new NodePorts(journal, _uplink, clock, entropy, new HmacMac(identity.Name, identity.Key), _control, documents);
        ports.Lines = _devices.OpenLines(table, entropy);
        ports.Counters = _devices.OpenCounters(table);
        _core = new NodeCore(table, ports, launch[LaunchContract.VersionAt], ReadingsMax);
        _health = new HealthMonitor(_devices, clock, HealthMonitor.AcquisitionMsMax, HealthMonitor.UplinkMsMax);
        _acquiring = new Thread(Acquire);
        _sending = new Thread(Send);
        LogStart(board, table);
    }

    /// <summary>Works until the node has to start again.</summary>
    public void Run()
    {
        _openedMs = _clock.MonotonicMs;
        _acquiring.Start();
        _sending.Start();
        Watch();
        bool isFault = Fault().Length > 0;
        if (isFault)
            HoldAfterFault();
        lock (_gate)
            _isStopping = true;
        _uplink.IsSuspended = true;
        _acquiring.Join(StopMs);
        _devices.Feed();
        _sending.Join(StopMs / 4);
        if (!isFault)
            Prove();
    }

    private void Watch()
    {
        long healthMs = 0;
        long statusMs = _clock.MonotonicMs;
        RestartReason reason;
        while (Fault().Length == 0 && !_control.IsRestartAsked(out reason))
        {
            long nowMs = _clock.MonotonicMs;
            _devices.ShowLed(_led.IsOn(nowMs));
            if (nowMs - healthMs >= HealthMs)
            {
                healthMs = nowMs;
                _health.Step();
                SetLed();
            }
            if (nowMs - statusMs >= StatusMs)
            {
                statusMs = nowMs;
                LogStatus();
            }
            if (!_isProven && nowMs >= StartRecord.ProvenMs)
                Prove();
            Thread.Sleep(StatusLed.StepMs);
        }
    }

    private void SetLed()
    {
        _led.HasNetwork = _network.Address.Length > 0;
        _led.HasGateway = _uplink.IsConnected;
        _led.HasSilentMeter = _core.Acquisition.SilentChannels > 0;
        _led.HasBacklog = Backlog() > BacklogRows;
    }

    // Meters are read on while the uplink alone has failed; the watchdog is fed here, since a loop that ended is not healthy.
    private void HoldAfterFault()
    {
        long endMs = _clock.MonotonicMs + (_starts.PauseMs > FaultPauseMsMin ? _starts.PauseMs : FaultPauseMsMin);
        Console.WriteLine("FAULT: " + Fault());
        Console.WriteLine("the node starts again in " + ((endMs - _clock.MonotonicMs) / 1000).ToString() + " s");
        _led.IsFaulty = true;
        while (_clock.MonotonicMs < endMs)
        {
            _devices.ShowLed(_led.IsOn(_clock.MonotonicMs));
            _devices.Feed();
            Thread.Sleep(StatusLed.StepMs);
        }
    }

    private void Acquire()
    {
        try
        {
            while (!IsStopping())
            {
                _core.StepAcquisition();
                _health.NoteAcquisition();
                NoteRow();
                int sleepMs = SleepMs();
                if (sleepMs > 0)
                    SleepLightly(sleepMs);
                else
                    Thread.Sleep(_core.Acquisition.IdleMs(AcquisitionIdleMsMax));
            }
            RestartReason reason;
            if (_control.IsRestartAsked(out reason))
                _core.Stop(reason);
            else
                _core.Acquisition.Stop();
        }
        catch (Exception e)
        {
            Fail("reading meters", e);
        }
    }

    private void Send()
    {
        try
        {
            while (!IsStopping() || !_uplink.IsClosed)
            {
                _core.StepUplink();
                _uplink.Step();
                _health.NoteUplink();
                _uplink.Changed.WaitOne(UplinkIdleMsMax, false);
            }
        }
        catch (Exception e)
        {
            Fail("sending", e);
        }
    }

    private void NoteRow()
    {
        long nowMs = _clock.MonotonicMs;
        long rows = _core.Acquisition.RowsAppended;
        if (rows != _rows)
        {
            _rows = rows;
            _rowMs = nowMs;
            _uplink.Changed.Set();
        }
        if (UpkeepPolicy.IsRestartDue(nowMs, _rows == 0 ? -1 : nowMs - _rowMs, _core.Session.IsDrained))
            _control.Restart(RestartReason.Upkeep);
    }

    private int SleepMs()
    {
        long nowMs = _clock.MonotonicMs;
        if (!_maySleep || _led.PatternAt(nowMs) == LedPattern.Identify)
            return 0;
        int idleMs = _core.Acquisition.IdleMs(int.MaxValue);
        return SleepPolicy.SleepMs(_maySleep, _hasPulses, _core.Session.IsDrained, nowMs - _openedMs, idleMs);
    }

    private void SleepLightly(int sleepMs)
    {
        long endMs = _clock.MonotonicMs + sleepMs;
        _uplink.IsSuspended = true;
        for (int waitedMs = 0; !_uplink.IsClosed && waitedMs < SuspendMsMax; waitedMs += AcquisitionIdleMsMax)
            Thread.Sleep(AcquisitionIdleMsMax);
        if (_uplink.IsClosed)
        {
            _network.Close();
            long leftMs = endMs - _clock.MonotonicMs;
            while (leftMs > 0)
            {
                Sleep.EnableWakeupByTimer(new TimeSpan((leftMs < SleepPieceMs ? leftMs : SleepPieceMs) * 10000));
                Sleep.StartLightSleep();
                _devices.Feed();
                leftMs = endMs - _clock.MonotonicMs;
            }
            _network.Open();
        }
        // Also when the uplink was in the middle of something that does not end: awake for a while then, as after any opening.
        _openedMs = _clock.MonotonicMs;
        _health.NoteAcquisition();
        _health.NoteUplink();
        _uplink.IsSuspended = false;
    }

    private NodeDocuments MakeDocuments(ConfigurationStore store, string node, Board board, uint[] launch, int intervalSeconds)
    {
        int slot = launch[LaunchContract.SlotAt] == LaunchContract.FactorySlot ? DocumentSlots.None : (int)launch[LaunchContract.SlotAt];
        ImageSlots? images = null;
        UpdateReceiver? receiver = null;
        byte[] identityBytes = NodeFiles.Read(NodeFiles.UpdateIdentity, UpdateIdentity.Bytes);
        UpdateIdentity identity = new UpdateIdentity();
        if (_devices.Images != null && identity.TryRead(identityBytes, identityBytes.Length))
        {
            images = new ImageSlots(_devices.Images, new ImageTarget(node, (byte)board.Number, RuntimeLine.Name));
            receiver = new UpdateReceiver(
                images, new UpdateKeyMac(identity.Key), launch[LaunchContract.VersionAt], slot, board.MayUpdateOverTheAir ? ImageHead.BodyBytesMax : 0);
        }
        return new NodeDocuments(store, images, receiver, slot, intervalSeconds, _clock, _control);
    }

    private void RunSelfTestIfAsked()
    {
        if (!_devices.IsButtonDown && NodeFiles.Read(NodeFiles.SelfTest, NodeFiles.PemBytesMax).Length == 0)
            return;
        int failed;
        _control.RunSelfTest(out failed);
    }

    private void Prove()
    {
        _isProven = true;
        NodeFiles.TryWrite(NodeFiles.Starts, _starts.Prove());
    }

    private void Fail(string doing, Exception e)
    {
        lock (_gate)
        {
            if (_fault.Length == 0)
                _fault = doing + ": " + e.Message;
        }
    }

    private string Fault()
    {
        lock (_gate)
            return _fault;
    }

    private bool IsStopping()
    {
        lock (_gate)
            return _isStopping;
    }

    private long Backlog()
    {
        return _core.Journal.NextRow - 1L - _core.Journal.ReleasedRow;
    }

    private void LogStart(Board board, NodeTable table)
    {
        Console.WriteLine("board " + board.Name + ", node " + table.Node + ", configuration " + table.Version.ToString()
            + ", " + table.Channels.Length.ToString() + " channels every " + table.IntervalSeconds.ToString() + " s");
        Console.WriteLine("journal in " + _devices.JournalPlace + (_core.Journal.WasNew ? ", begun" : ", opened") + ": next row "
            + _core.Journal.NextRow.ToString() + ", backlog " + Backlog().ToString() + " rows");
        if (_starts.Failures > 0)
            Console.WriteLine("the last " + _starts.Failures.ToString() + " starts did not last; the uplink waits " + (_starts.PauseMs / 1000).ToString() + " s");
    }

    private void LogStatus()
    {
        string link = _uplink.IsConnected ? "connected" : _uplink.LastError.Length > 0 ? _uplink.LastError : "no session";
        Console.WriteLine("rows " + _core.Acquisition.RowsAppended.ToString() + ", backlog " + Backlog().ToString() + ", silent channels "
            + _core.Acquisition.SilentChannels.ToString() + ", gateway " + link);
    }
}
