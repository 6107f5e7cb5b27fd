using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Budget;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>
/// Life after life of a node that counts, each ended by a power cut within a write, an erase or anywhere, and each followed by a time without power
/// in which the meters go on. The dials know what was made; each start says how much of it may be missing.
/// </summary>
public sealed class PulsePowerCutTests(ITestOutputHelper output)
{
    private const int Cuts = 10_000;
    private const int Channels = 3;
    private const int StepMs = 500;
    private const int CheckpointSeconds = 10;
    private const int CheckpointSteps = 1000 * CheckpointSeconds / StepMs;
    private const int PulsesPerSecondMax = 10;
    private const int PulsesPerStepMax = PulsesPerSecondMax * StepMs / 1000;

    private static readonly Geometry Flash = new(1, 4096, 6, Channels);
    private static readonly (int, long)[] Contacts = [(PulsesPerSecondMax, 0), (PulsesPerSecondMax, 0), (PulsesPerSecondMax, 0)];

    private readonly VirtualClock _clock = new() { UtcMs = 1_800_000_000_000 };
    private readonly QuietHost _host = new();
    private readonly long[] _dials = new long[Channels];
    private readonly long[] _durable = new long[Channels];

    // What had been lost for good when a life began, by the UTC second from which it counted.
    private readonly List<(uint UtcSeconds, long[] Lost)> _lives = [];
    private readonly EventBlock _events = new();
    private Random _random = new(0);
    private byte[]? _image;
    private long _lostInAll;
    private int _untold;

    [Fact]
    public void Ten_thousand_power_cuts_never_turn_a_register_back_and_every_loss_is_stated()
    {
        _random = new Random(Seed.Take(output));
        for (int cut = 0; cut < Cuts; cut++)
        {
            _clock.Quality = _random.Next(20) == 0 ? ClockQuality.Unset : ClockQuality.Synchronised;
            LiveAndDie();
            // Without power, for up to two minutes; a whole second at least, so that two lives never count in the same one.
            PassTime(2 + _random.Next(_random.Next(4) == 0 ? 240 : 4));
        }
        SimulatedFlash last = new(Flash, _image);
        NodeCore core = Start(last, new SteadyCounter[] { new(), new(), new() });
        CheckRows(core);
        output.WriteLine($"{Cuts} power cuts, {_dials.Sum()} pulses, {_lostInAll} lost with the power and stated, {_untold} starts whose clock could not tell");
        Assert.True(_lostInAll > Cuts);
        Assert.True(_untold < Cuts / 5);
    }

    private void LiveAndDie()
    {
        SimulatedFlash flash = new(Flash, _image);
        int operationsLeft = _random.Next(3) == 0 ? _random.Next(12) : _random.Next(120);
        flash.UnderWay = () =>
        {
            if (operationsLeft-- == 0)
                throw new PowerCut();
        };
        try
        {
            SteadyCounter[] counters = [new(), new(), new()];
            NodeCore core = Start(flash, counters);
            long[] lost = CheckStart(core);
            _lives.Add(((uint)(_clock.UtcMs / 1000), lost));
            Live(core, flash, counters);
        }
        catch (PowerCut)
        {
            // What was under way is kept up to a byte.
        }
        flash.UnderWay = null;
        _image = flash.ImageAfterCut(_random, _random.Next(flash.UnderWayBytes + 1));
    }

    /// <summary>Counts until the power goes, or for up to three minutes.</summary>
    private void Live(NodeCore core, SimulatedFlash flash, SteadyCounter[] counters)
    {
        int steps = _random.Next(360);
        List<long[]> dials = [[.. _dials]];
        long[] kept = [.. _dials];
        for (int step = 0; step < steps; step++)
        {
            long[] before = [.. _dials];
            PassTime(1);
            for (int i = 0; i < Channels; i++)
                counters[i].Total += _dials[i] - before[i];
            int programs = flash.Programs;
            core.StepAcquisition();
            dials.Add([.. _dials]);
            if (flash.Programs != programs)
                kept = NoteKept(core, counters);
            // What a power cut would cost now is younger than the checkpoint's interval and the step in which it is noticed.
            long[] then = dials[Math.Max(0, dials.Count - CheckpointSteps - 2)];
            for (int i = 0; i < Channels; i++)
                Assert.InRange(_dials[i] - kept[i], 0, _dials[i] - then[i]);
        }
    }

    private long[] NoteKept(NodeCore core, SteadyCounter[] counters)
    {
        for (int i = 0; i < Channels; i++)
            _durable[i] = core.StartRegisters[i] + counters[i].Total;
        return [.. _dials];
    }

    /// <returns>By channel, what of the dials the registers will never have.</returns>
    private long[] CheckStart(NodeCore core)
    {
        long[] lost = new long[Channels];
        for (int i = 0; i < Channels; i++)
        {
            long register = core.StartRegisters[i];
            Assert.True(register >= _durable[i], $"register {i} went back from {_durable[i]} to {register}");
            lost[i] = _dials[i] - register;
            Assert.True(lost[i] >= 0, $"register {i} is ahead of its dial by {-lost[i]}");
            if (!core.Journal.IsRestored(i))
            {
                Assert.Equal(0, register);
                continue;
            }
            long lostNow = lost[i] - LostBefore(core.Journal.RegistersUtcSeconds, i);
            long stated = core.MissingPulsesMax(i);
            Assert.Equal(stated, ToldOf(core, i));
            _lostInAll += lostNow;
            if (stated >= 0)
            {
                Assert.InRange(lostNow, 0, stated);
                continue;
            }
            // Only where nothing can tell: a clock that was not set, or a journal whose first registers were never counted.
            Assert.True(_clock.Quality == ClockQuality.Unset || core.Journal.RegistersUtcSeconds == 0);
            _untold++;
        }
        return lost;
    }

    private long LostBefore(uint registersUtcSeconds, int channel)
    {
        for (int i = _lives.Count - 1; i >= 0; i--)
        {
            if (_lives[i].UtcSeconds <= registersUtcSeconds)
                return _lives[i].Lost[channel];
        }
        return 0;
    }

    private long ToldOf(NodeCore core, int channel)
    {
        // Sequences may have been skipped just before the start's events: each block ends at a gap.
        uint from = core.Journal.NextEvent > 8 ? core.Journal.NextEvent - 8 : 1;
        long told = long.MinValue;
        while (core.Journal.ReadEvents(from, _events) > 0)
        {
            for (int i = 0; i < _events.Count; i++)
            {
                if (_events.Codes[i] == (byte)EventCode.PulsesInDoubt && _events.Channels[i] == channel)
                    told = _events.A[i];
            }
            from = _events.FirstSequence + (uint)_events.Count;
        }
        return told;
    }

    private static void CheckRows(NodeCore core)
    {
        ReadingBlock rows = new(Channels * 32);
        long[] last = new long[Channels];
        uint from = 1;
        while (core.Journal.ReadRows(from, 32, rows) > 0)
        {
            for (int i = 0; i < rows.Rows * Channels; i++)
            {
                Assert.True(rows.Registers[i] >= last[i % Channels]);
                last[i % Channels] = rows.Registers[i];
            }
            from = rows.FirstSequence + (uint)rows.Rows;
        }
        Assert.True(from > 1);
    }

    private void PassTime(int steps)
    {
        _clock.Advance(StepMs * (long)steps);
        for (int i = 0; i < Channels; i++)
            _dials[i] += _random.Next(PulsesPerStepMax * Math.Min(steps, 1 + _random.Next(steps)) + 1);
    }

    private NodeCore Start(SimulatedFlash flash, SteadyCounter[] counters)
    {
        return PulseNode.Start(flash, _clock, _host, counters, PulseNode.Table(60, CheckpointSeconds, Contacts));
    }
}
