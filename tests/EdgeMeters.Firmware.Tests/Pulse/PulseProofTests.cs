using EdgeMeters.Firmware.Tests.Budget;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Pulse;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>
/// Sixteen contacts for a day: eight S0 outputs at the chip's counter, four reeds behind an RC filter at it, four reeds through the width check.
/// The node runs as on the chip: it looks five times a second, stands still while flash is written and while a TLS handshake takes the
/// processor, and keeps rows and checkpoints. What its registers end at is what the contacts made, to the pulse.
/// </summary>
public sealed class PulseProofTests(ITestOutputHelper output)
{
    private const int S0Inputs = 8;
    private const int RcInputs = 4;
    private const int WidthInputs = 4;
    private const int Inputs = S0Inputs + RcInputs + WidthInputs;
    private const long Pulses = 10_000_000;
    private const int StepMs = 200;

    private const int S0Microseconds = 30_000;
    private const int ReedMicroseconds = 60_000;
    private const int BounceMicroseconds = 5_000;
    private const int ReedPulsesPerSecondMax = 9;

    /// <summary>100 kΩ and 100 nF.</summary>
    private const int RcMicroseconds = 10_000;

    private readonly VirtualClock _clock = new() { UtcMs = 1_800_000_000_000 };
    private readonly MemoryFlash _flash = new(SixteenMeters.SectorCount, SixteenMeters.SectorBytes);
    private readonly QuietHost _host = new();
    private readonly TrueContact[] _contacts = new TrueContact[Inputs];
    private readonly IPulseCounter[] _counters = new IPulseCounter[Inputs];

    [Fact]
    public void Ten_million_pulses_are_counted_without_an_error()
    {
        Random random = new(Seed.Take(output));
        for (int i = 0; i < Inputs; i++)
            Wire(i, random);
        _flash.Busy = isErase => _clock.Advance(isErase ? 45 + random.Next(356) : 1 + random.Next(3));
        NodeCore core = Start();
        int stalls = 0;
        while (_contacts.Sum(contact => contact.Pulses) < Pulses)
        {
            // Thirty looks between the sums.
            for (int i = 0; i < 30; i++)
            {
                core.StepAcquisition();
                bool isStall = random.Next(300) == 0;
                stalls += isStall ? 1 : 0;
                _clock.Advance(isStall ? 2000 + random.Next(6000) : StepMs);
            }
        }
        foreach (TrueContact contact in _contacts)
            contact.IsResting = true;
        for (int i = 0; i < 600; i++)
        {
            core.StepAcquisition();
            _clock.Advance(StepMs);
        }
        core.Stop(RestartReason.Command);
        ChipCounter[] chip = [.. _counters.OfType<ChipCounter>()];
        output.WriteLine($"{_contacts.Sum(contact => contact.Pulses)} pulses in {_clock.MonotonicMs / 3_600_000.0:F1} h, {stalls} stalls of 2 to 8 s, "
            + $"{_flash.Erases} erases, wraps read too high {chip.Sum(one => one.RacesHigh)}, too low {chip.Sum(one => one.RacesLow)}");
        CheckJournal(core);
        NodeCore after = Start();
        for (int i = 0; i < Inputs; i++)
            Assert.Equal(StartPulses(i) + _contacts[i].Pulses, after.StartRegisters[i]);
        Assert.True(chip.Sum(one => one.RacesHigh) > 20 && chip.Sum(one => one.RacesLow) > 20);
    }

    /// <summary>No row is lower than the one before it, and nothing was told but that the node started and stopped.</summary>
    private static void CheckJournal(NodeCore core)
    {
        ReadingBlock rows = new(Inputs * 64);
        long[] last = new long[Inputs];
        uint from = core.Journal.ReleasedRow + 1;
        while (core.Journal.ReadRows(from, 64, rows) > 0)
        {
            for (int i = 0; i < rows.Rows * Inputs; i++)
            {
                Assert.Equal((byte)Quality.Measured, rows.Qualities[i]);
                Assert.True(rows.Registers[i] >= last[i % Inputs]);
                last[i % Inputs] = rows.Registers[i];
            }
            from = rows.FirstSequence + (uint)rows.Rows;
        }
        EventBlock events = new();
        core.Journal.ReadEvents(1, events);
        EventCode[] codes = [.. events.Codes.Take(events.Count).Select(code => (EventCode)code)];
        Assert.Equal([EventCode.Started, EventCode.Running, EventCode.Stopping], codes);
        Assert.True(from > 20);
    }

    /// <summary>Registers and totals beyond 32 bits.</summary>
    private static long StartPulses(int input) => (1L << 40) + input;

    private void Wire(int input, Random random)
    {
        bool isS0 = input < S0Inputs;
        if (input >= S0Inputs + RcInputs)
        {
            PulseWidthFilter width = new(PulseWidthFilter.ReedMicrosecondsMin, PulseWidthFilter.ReedMicrosecondsMin);
            width.Edge(false, 0);
            TrueContact contact = new(random, ReedMicroseconds, BounceMicroseconds, width.Edge);
            _contacts[input] = contact;
            _counters[input] = new WidthCounter(width, () =>
            {
                contact.AdvanceTo(1000 * _clock.MonotonicMs);
                width.Settle(1000 * _clock.MonotonicMs);
            });
            return;
        }
        ChipCounter counter = null!;
        RcFilter filter = new(RcMicroseconds, () => counter.Count());
        TrueContact source = isS0
            ? new TrueContact(random, S0Microseconds, 0, (isClosed, _) => Count(counter, isClosed))
            : new TrueContact(random, ReedMicroseconds, BounceMicroseconds, filter.Edge);
        counter = new ChipCounter(random, () => _clock.MonotonicMs, () =>
        {
            source.AdvanceTo(1000 * _clock.MonotonicMs);
            if (!isS0)
                filter.Settle(1000 * _clock.MonotonicMs);
        }, startWraps: 1L << 20);
        _contacts[input] = source;
        _counters[input] = counter;
    }

    private static void Count(ChipCounter counter, bool isClosed)
    {
        if (isClosed)
            counter.Count();
    }

    private NodeCore Start()
    {
        (int, long)[] contacts = [.. Enumerable.Range(0, Inputs).Select(i => (i < S0Inputs ? PulseAccumulator.PulsesPerSecondMax : ReedPulsesPerSecondMax, StartPulses(i)))];
        return PulseNode.Start(_flash, _clock, _host, _counters, PulseNode.Table(900, 60, contacts));
    }

    private sealed class WidthCounter(PulseWidthFilter filter, Action look) : IPulseCounter
    {
        public long ReadTotal()
        {
            look();
            return filter.Total;
        }
    }
}
