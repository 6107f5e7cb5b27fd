extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Bus;
using chip::EdgeMeters.NanoSimulation.Threads;
using chip::EdgeMeters.Node.Bus;
using chip::EdgeMeters.Node.Flash;
using chip::EdgeMeters.Node.Panel;
using chip::EdgeMeters.Node.Pulse;
using EdgeMeters.Firmware.Tests.Bus;
using EdgeMeters.Firmware.Tests.Core;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Uplink;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Wire;
using HmacBlockMac = EdgeMeters.Firmware.Tests.Wire.HmacBlockMac;

namespace EdgeMeters.Firmware.Tests.Chip;

/// <summary>A TLS handshake holds every managed thread for seconds: the node core over the chip's own adapters, while that happens at the worst moments.</summary>
public sealed class StallTests(ITestOutputHelper output)
{
    private const int PulsePin = 34;
    private const int IntervalSeconds = 60;
    private const int Intervals = 30;
    private const long StartUtcMs = 1_800_000_000_000;
    private const long StallUs = 8_000_000;

    /// <summary>Longest time after an interval's end at which its row may have been made: a stall, another one in the poll, and a step.</summary>
    private const long LateUsMax = 2 * StallUs + 3_000_000;

    private int _polls;
    private int _stalledPolls;

    [Fact]
    public void Stalls_of_8_seconds_in_a_poll_and_across_interval_ends_cost_no_interval_and_no_pulse()
    {
        Random random = new(Seed.Take(output));
        using SimulatedChip chip = new();
        NodeClock clock = new();
        Rs485Line line = new(2, 17, 16, 4, VirtualNode.Table().Lines[0], clock, new NodeEntropy());
        HardwareCounter counter = new(PulsePin);
        ulong setUs = (ulong)chip.NowUs;
        clock.Set(StartUtcMs);
        AnswerAndStall(chip, random);
        StallAtIntervalEnds(chip, random, (long)setUs);
        QuietHost host = new();
        NodePorts ports = new(new SegmentFileDevice(@"I:\j", 6), new ScriptedUplink(), clock, new NodeEntropy(),
            new HmacBlockMac(new byte[32], "node"), host, host)
        {
            Lines = [line],
            Counters = [null, counter],
        };
        NodeCore core = new(VirtualNode.Table(), ports, applicationVersion: 1, readingsMax: 200);
        // What came while the journal was opened is the doubt of a start, and not the question here.
        List<long> pulsesUs = Pulses(chip, random);
        while (chip.NowUs < (Intervals * IntervalSeconds + 20) * 1_000_000L)
        {
            core.StepAcquisition();
            ChipThread.Sleep(50);
        }
        CheckRows(core.Journal, pulsesUs, (long)setUs);
        Assert.Equal(pulsesUs.Count(us => us <= chip.NowUs), counter.ReadTotal());
        Assert.True(_stalledPolls > 5, $"{_stalledPolls} polls were stalled");
        output.WriteLine($"{Intervals} intervals, {_stalledPolls} stalls within polls, {pulsesUs.Count} pulses");
    }

    // At every kind of moment of a transaction: before the answer, in its middle, after it.
    private void AnswerAndStall(SimulatedChip chip, Random random)
    {
        ChipUart uart = chip.Uart("COM2");
        uart.Heard = request =>
        {
            uart.Arrive(BusRig.Answer(request, address => address == 1 ? 5000 : 0), 40_000);
            if (_polls++ % 2 != 0)
                return;
            _stalledPolls++;
            chip.StallAt(chip.NowUs + random.Next(60_000), StallUs);
        };
    }

    private static void StallAtIntervalEnds(SimulatedChip chip, Random random, long setUs)
    {
        for (int i = 1; i <= Intervals; i += 2)
            chip.StallAt(setUs + i * IntervalSeconds * 1_000_000L - random.Next((int)StallUs), StallUs);
    }

    // As fast as the table lets a contact be, now and then.
    private static List<long> Pulses(SimulatedChip chip, Random random)
    {
        List<long> all = [];
        for (long us = chip.NowUs + 100_000; us < Intervals * IntervalSeconds * 1_000_000L; us += random.Next(110_000, 400_000))
        {
            all.Add(us);
            chip.Pin(PulsePin).DriveAt(us, false);
            chip.Pin(PulsePin).DriveAt(us + 40_000, true);
        }
        return all;
    }

    private static void CheckRows(ReadingJournal journal, List<long> pulsesUs, long setUs)
    {
        ReadingBlock block = new(Limits.ReadingsPerBlockMax);
        uint row = 1;
        while (journal.ReadRows(row, int.MaxValue, block) > 0)
        {
            for (int i = 0; i < block.Rows; i++, row++)
            {
                long endUtcSeconds = block.UtcSecondsOf(i);
                Assert.Equal(StartUtcMs / 1000 + row * IntervalSeconds, endUtcSeconds);
                Assert.Equal(5000, block.Registers[2 * i]);
                Assert.Equal((byte)Quality.Measured, block.Qualities[2 * i]);
                long endUs = setUs + row * IntervalSeconds * 1_000_000L;
                int least = pulsesUs.Count(us => us <= endUs);
                int most = pulsesUs.Count(us => us <= endUs + LateUsMax);
                Assert.InRange(block.Registers[2 * i + 1], 700 + least, 700 + most);
            }
        }
        Assert.Equal(Intervals + 1u, row);
    }
}
