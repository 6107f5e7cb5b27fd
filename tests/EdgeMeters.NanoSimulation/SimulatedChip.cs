using System;
using System.Collections.Generic;
using System.Device.Gpio;
using System.Threading;
using EdgeMeters.NanoSimulation.Bus;
using EdgeMeters.NanoSimulation.Files;
using EdgeMeters.NanoSimulation.Network;
using EdgeMeters.NanoSimulation.Pins;
using EdgeMeters.NanoSimulation.Threads;

namespace EdgeMeters.NanoSimulation;

/// <summary>One life of a simulated ESP32, from power-on to power cut: its time, its interrupts, and the managed threads that run on it.</summary>
/// <remarks>
/// Time is virtual, in microseconds, and moves only when every managed thread waits, or when one is inside a native call that takes time. The
/// thread that makes the chip counts as its first managed thread. What survives a power cut (file system, SPI parts) is made outside and
/// handed to the next life. Modelled, beside time: interrupts wait while internal flash erases; the queue of events to managed code holds 128
/// and drops the oldest; nothing managed runs during a stall; sleeps end at ticks of 10 ms.
/// </remarks>
public sealed class SimulatedChip : IDisposable
{
    /// <summary>CONFIG_FREERTOS_HZ is 100 in every stock build of nanoFramework for ESP32.</summary>
    public const int TickUs = 10000;

    /// <summary>Records of the event queue in nanoFramework's medium profile.</summary>
    public const int EventsMax = 128;

    private static readonly AsyncLocal<SimulatedChip?> Ambient = new();

    private readonly PriorityQueue<Action, (long Us, long Order)> _interrupts = new();
    private readonly Queue<Action> _events = new();
    private readonly Dictionary<int, ChipPin> _pins = [];
    private readonly Dictionary<string, ChipUart> _uarts = [];
    private readonly Dictionary<(int Bus, int Pin), ISpiPart> _spiParts = [];
    private readonly SimulatedChip? _before;
    private long _order;
    private bool _isDrainDue;

    public SimulatedChip(LittleFs? files = null)
    {
        Files = files ?? new LittleFs();
        Files.Attach(this);
        Threads = new ThreadBoard(this);
        Network = new ChipNetwork(this);
        _before = Ambient.Value;
        Ambient.Value = this;
    }

    /// <summary>The chip that code of this flow of execution runs on.</summary>
    public static SimulatedChip Current => Ambient.Value ?? throw new InvalidOperationException("there is no chip here: make one in the test that calls this");

    /// <summary>Drive I: of this chip.</summary>
    public LittleFs Files { get; }

    public ThreadBoard Threads { get; }

    /// <summary>Name of the firmware image that the program runs on.</summary>
    public string TargetName { get; init; } = "ESP32_REV3";

    public ChipNetwork Network { get; }

    /// <summary>What managed code wrote to the console; to be locked while it runs.</summary>
    public List<string> ConsoleLines { get; } = [];

    /// <summary>The hardware's random numbers.</summary>
    public System.Random Random { get; init; } = new(1);

    /// <summary>The pulse counters that managed code made, by pin.</summary>
    public Dictionary<int, GpioPulseCounter> CountersByPin { get; } = [];

    /// <summary>Pin numbers by function, as Configuration.SetPinFunction left them.</summary>
    public Dictionary<int, int> PinFunctions { get; } = [];

    /// <summary>Microseconds since power-on.</summary>
    public long NowUs { get; private set; }

    /// <summary>What light sleep hid from the tick count.</summary>
    public long TicksLostUs { get; private set; }

    /// <summary>Internal flash is erasing or programming until then: interrupts that are not in IRAM wait.</summary>
    public long FlashBusyUntilUs { get; private set; }

    /// <summary>Nothing managed runs until then.</summary>
    public long StalledUntilUs { get; private set; }

    /// <summary>Events that managed code never saw, because the queue was full.</summary>
    public int EventsDropped { get; private set; }

    /// <summary>Events that managed code handled.</summary>
    public int EventsHandled { get; private set; }

    /// <summary>How often managed code asked for a reboot.</summary>
    public int Reboots { get; private set; }

    /// <summary>True while the pulse counters' and the GPIO clock is gated.</summary>
    public bool IsAsleep { get; private set; }

    internal long WakeAfterUs { get; set; }

    /// <summary>True while a handler of managed code runs.</summary>
    internal bool IsHandling { get; private set; }

    internal object Gate { get; } = new();

    public ChipPin Pin(int number)
    {
        lock (Gate)
        {
            if (!_pins.TryGetValue(number, out ChipPin? pin))
                _pins.Add(number, pin = new ChipPin(this, number));
            return pin;
        }
    }

    public ChipUart Uart(string portName)
    {
        lock (Gate)
        {
            if (!_uarts.TryGetValue(portName, out ChipUart? uart))
                _uarts.Add(portName, uart = new ChipUart(this, portName));
            return uart;
        }
    }

    /// <summary>Solders a part to a bus.</summary>
    /// <param name="bus">1 or 2.</param>
    /// <param name="chipSelectPin">The pin that selects it.</param>
    public void Solder(int bus, int chipSelectPin, ISpiPart part) => _spiParts[(bus, chipSelectPin)] = part;

    /// <returns>Null where nothing is soldered: the line then floats high.</returns>
    public ISpiPart? SpiPart(int bus, int chipSelectPin) => _spiParts.GetValueOrDefault((bus, chipSelectPin));

    /// <summary>Does something at a time, as the world and the hardware do: it takes no time itself and no managed code runs in it.</summary>
    public void At(long us, Action action)
    {
        lock (Gate)
            _interrupts.Enqueue(action, (Math.Max(us, NowUs), _order++));
    }

    public void After(long us, Action action)
    {
        lock (Gate)
            At(NowUs + us, action);
    }

    /// <summary>Lets the chip run; the calling thread waits meanwhile. Events are handled, other managed threads run.</summary>
    public void Run(long us) => Threads.Wait(NowUs + us, null);

    public void RunMs(long ms) => Run(ms * 1000);

    /// <summary>Lets the chip run until something holds. The condition must take no lock that managed code holds while it waits.</summary>
    /// <returns>False when it did not within the time.</returns>
    public bool RunUntil(Func<bool> condition, long longestMs)
    {
        return Threads.Wait(NowUs + longestMs * 1000, condition);
    }

    /// <summary>From a moment on nothing managed runs for a time, as in a TLS handshake: hardware goes on, events pile up.</summary>
    public void StallAt(long us, long forUs) => At(us, () => StalledUntilUs = Math.Max(StalledUntilUs, NowUs + forUs));

    /// <summary>The power goes: managed threads end wherever they are. Files and parts keep what they had made durable.</summary>
    public void CutPower()
    {
        lock (Gate)
            End();
    }

    /// <summary>The chip that was there before is there again: what a power cut leaves can be looked at in the middle of a life.</summary>
    public void Dispose()
    {
        CutPower();
        if (Ambient.Value == this)
            Ambient.Value = _before;
    }

    /// <summary>A native call that takes its time on the only thread that runs managed code.</summary>
    public void Spend(long us)
    {
        lock (Gate)
        {
            StalledUntilUs = Math.Max(StalledUntilUs, NowUs + us);
            RunHardware(NowUs + us);
        }
    }

    /// <summary>A native call during which internal flash is busy.</summary>
    public void SpendOnFlash(long us)
    {
        lock (Gate)
        {
            FlashBusyUntilUs = Math.Max(FlashBusyUntilUs, NowUs + us);
            Spend(us);
        }
    }

    internal void SpendAsleep(long us)
    {
        lock (Gate)
        {
            IsAsleep = true;
            TicksLostUs += us;
            Spend(us);
            IsAsleep = false;
        }
    }

    /// <summary>An interrupt whose code is not in IRAM: it waits while flash is busy.</summary>
    internal void Interrupt(Action handler)
    {
        if (NowUs < FlashBusyUntilUs)
            At(FlashBusyUntilUs, () => Interrupt(handler));
        else
            handler();
    }

    /// <summary>Queues an event for managed code.</summary>
    internal void Post(Action handler)
    {
        if (_events.Count == EventsMax)
        {
            _events.Dequeue();
            EventsDropped++;
        }
        _events.Enqueue(handler);
        ScheduleDrain();
    }

    internal void RequestReboot()
    {
        lock (Gate)
        {
            Reboots++;
            // The interpreter looks at the flag when it leaves a thread's quantum.
            After(20000, End);
        }
    }

    /// <summary>Runs hardware up to a moment, or up to its next event if that comes first.</summary>
    /// <returns>False when there is neither an event nor an end to the wait.</returns>
    internal bool StepHardware(long us)
    {
        if (_interrupts.TryPeek(out _, out (long Us, long Order) next) && next.Us <= us)
            RunNext();
        else if (us == long.MaxValue)
            return false;
        else if (us > NowUs)
            NowUs = us;
        return true;
    }

    private void RunHardware(long us)
    {
        while (_interrupts.TryPeek(out _, out (long Us, long Order) next) && next.Us <= us)
            RunNext();
        if (us > NowUs)
            NowUs = us;
    }

    private void RunNext()
    {
        _interrupts.TryDequeue(out Action? action, out (long Us, long Order) at);
        NowUs = Math.Max(NowUs, at.Us);
        action!();
    }

    private void End()
    {
        Network.CutConnections();
        Threads.Kill();
    }

    // An idle interpreter looks for events at every tick; one that is stalled does not look at all.
    private void ScheduleDrain()
    {
        if (_isDrainDue)
            return;
        _isDrainDue = true;
        At(Math.Max(StalledUntilUs, (NowUs / TickUs + 1) * TickUs), Drain);
    }

    private void Drain()
    {
        _isDrainDue = false;
        if (NowUs < StalledUntilUs)
        {
            ScheduleDrain();
            return;
        }
        while (_events.TryDequeue(out Action? handler))
        {
            EventsHandled++;
            IsHandling = true;
            handler();
            IsHandling = false;
        }
    }
}
