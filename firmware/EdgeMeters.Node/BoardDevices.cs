using System.Device.Gpio;
using EdgeMeters.Metering.Boards;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Node.Bus;
using EdgeMeters.Node.Flash;
using EdgeMeters.Node.Panel;
using EdgeMeters.Node.Pulse;

namespace EdgeMeters.Node;

/// <summary>Opens what a board has, each thing once. All hardware of a node comes through here; the network alone does not, since every board has one.</summary>
public sealed class BoardDevices : IWatchdog
{
    /// <summary>Sectors of 4 KiB for the journal: at 16 meters of two registers about four weeks. Each costs some 100 bytes of RAM.</summary>
    public const int JournalSectorsMax = 64;

    /// <summary>On drive I:, which certificates and configuration share: two weeks.</summary>
    public const int JournalSegments = 32;

    private const string JournalPrefix = "I:\\j";

    private readonly Board _board;
    private readonly INodeClock _clock;
    private readonly GpioController _gpio = new GpioController();
    private readonly EdgeLoad _load = new EdgeLoad();
    private readonly OutputPin? _led;
    private readonly OutputPin? _watchdog;
    private readonly InputPin? _supply;
    private readonly InputPin? _button;
    private IBlockDevice? _journal;

    public BoardDevices(Board board, INodeClock clock)
    {
        _board = board;
        _clock = clock;
        if (board.Watchdog != Board.NoPin)
            _watchdog = new OutputPin(_gpio, board.Watchdog, false);
        if (board.StatusLed != Board.NoPin)
            _led = new OutputPin(_gpio, board.StatusLed, false);
        if (board.SupplyFail != Board.NoPin)
            _supply = new InputPin(_gpio, board.SupplyFail, true);
        if (board.Button != Board.NoPin)
            _button = new InputPin(_gpio, board.Button, true);
    }

    /// <summary>True while the supply is going away.</summary>
    public bool IsSupplyFailing
    {
        get { return _supply != null && _supply.IsActive; }
    }

    /// <summary>True while the service button is down.</summary>
    public bool IsButtonDown
    {
        get { return _button != null && _button.IsActive; }
    }

    /// <summary>Where the journal is, in words.</summary>
    public string JournalPlace { get; private set; } = "";

    public void Feed()
    {
        if (_watchdog != null)
            _watchdog.Toggle();
    }

    public void ShowLed(bool isOn)
    {
        if (_led != null)
            _led.Set(isOn);
    }

    /// <summary>Where the journal lies, once <see cref="OpenFlash"/> has been called.</summary>
    public IBlockDevice Journal
    {
        get { return _journal!; }
    }

    /// <summary>Slots for applications; null on a board that cannot load one, or whose flash is too small.</summary>
    public IBlockDevice? Images { get; private set; }

    /// <summary>External flash, else FRAM, else files on drive I:. What the board has but does not answer is a fault, not a reason to take the next.</summary>
    /// <exception cref="DeviceException">It does not answer.</exception>
    public void OpenFlash()
    {
        if (_board.NorSelect != Board.NoPin)
        {
            JournalPlace = "external flash";
            // The configuration has its own place on drive I:, where it is found before the board is known.
            FlashPlan plan = FlashPlan.Of(BoardFlash.OpenNor(_board), _board.MayUpdateOverTheAir);
            Images = plan.Images;
            _journal = Bounded(plan.Journal);
        }
        else if (_board.FramSelect != Board.NoPin)
        {
            JournalPlace = "external FRAM";
            _journal = Bounded(BoardFlash.OpenFram(_board));
        }
        else
        {
            JournalPlace = "files on I:";
            _journal = new SegmentFileDevice(JournalPrefix, JournalSegments);
        }
    }

    public ISerialLine[] OpenLines(NodeTable table, IEntropy entropy)
    {
        ISerialLine[] lines = new ISerialLine[table.Lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            SerialLinePins pins = _board.Lines[i];
            lines[i] = new Rs485Line(pins.Com, pins.Transmit, pins.Receive, pins.DriverEnable, table.Lines[i], _clock, entropy);
        }
        return lines;
    }

    public IPulseCounter?[] OpenCounters(NodeTable table)
    {
        IPulseCounter?[] counters = new IPulseCounter?[table.Channels.Length];
        for (int i = 0; i < counters.Length; i++)
        {
            ChannelTable channel = table.Channels[i];
            if (channel.Kind != ChannelKind.Pulse)
                continue;
            PulseInputPins pins = _board.Inputs[channel.Input];
            if (channel.Contact == ContactKind.Reed)
                counters[i] = new ReedInput(_gpio, pins.Contact, channel.MicrosecondsMin, _load);
            else if (channel.Contact == ContactKind.DualReed)
                counters[i] = new DualReedInput(_gpio, pins, channel.MicrosecondsMin, _load);
            else
                counters[i] = new HardwareCounter(pins.Contact);
        }
        return counters;
    }

    private static IBlockDevice Bounded(IBlockDevice device)
    {
        return device.SectorCount <= JournalSectorsMax ? device : new BlockRegion(device, 0, JournalSectorsMax);
    }
}
