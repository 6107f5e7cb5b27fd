using EdgeMeters.Firmware.Tests.Budget;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>What a contact shows beside pulses becomes events of its channel, and doubt in its next reading.</summary>
public sealed class ContactWatchTests
{
    private readonly VirtualClock _clock = new() { UtcMs = 1_800_000_000_500 };
    private readonly WatchedCounter _counter = new();
    private readonly NodeCore _core;

    public ContactWatchTests()
    {
        _core = PulseNode.Start(new MemoryFlash(4, 4096), _clock, new QuietHost(), [_counter], PulseNode.Table(60, 10, (10, 700)));
        Pass(1);
    }

    [Theory]
    [InlineData(EventCode.CableCut)]
    [InlineData(EventCode.MagneticTamper)]
    [InlineData(EventCode.ReverseFlow)]
    [InlineData(EventCode.ContactStuck)]
    public void What_the_contact_shows_is_told_once_with_the_register(EventCode code)
    {
        _counter.Total = 5;
        _counter.Events.Enqueue((code, 1));
        Pass(3);
        _counter.Total = 7;
        _counter.Events.Enqueue((code, 2));
        Pass(3);
        Assert.Equal([(1L, 705L), (2, 707)], Told(code));
        Pass(60);
        Assert.Equal(Quality.Measured, LastQuality());
    }

    [Fact]
    public void A_lost_edge_marks_the_next_reading_and_no_other()
    {
        Pass(60);
        Assert.Equal(Quality.Measured, LastQuality());
        _counter.Events.Enqueue((EventCode.PulsesInDoubt, 1));
        Pass(60);
        Assert.Equal([(1L, 700L)], Told(EventCode.PulsesInDoubt));
        Assert.Equal(Quality.Suspect, LastQuality());
        Pass(60);
        Assert.Equal(Quality.Measured, LastQuality());
    }

    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _clock.Advance(1000);
            _core.StepAcquisition();
        }
    }

    private IEnumerable<(long A, long B)> Told(EventCode code)
    {
        EventBlock events = new();
        _core.Journal.ReadEvents(1, events);
        return [.. Enumerable.Range(0, events.Count).Where(i => events.Codes[i] == (byte)code).Select(i => (events.A[i], events.B[i]))];
    }

    private Quality LastQuality()
    {
        ReadingBlock rows = new(1);
        Assert.Equal(1, _core.Journal.ReadRows(_core.Journal.NextRow - 1, 1, rows));
        return (Quality)rows.Qualities[0];
    }

    private sealed class WatchedCounter : IPulseCounter, IContactWatch
    {
        public long Total { get; set; }

        public Queue<(EventCode Code, long A)> Events { get; } = new();

        public long ReadTotal() => Total;

        public bool TryTakeEvent(out EventCode code, out long a)
        {
            bool isAny = Events.TryDequeue(out (EventCode Code, long A) next);
            (code, a) = next;
            return isAny;
        }
    }
}
