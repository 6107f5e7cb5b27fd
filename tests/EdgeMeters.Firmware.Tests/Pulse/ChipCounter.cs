using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>The pulse counter of the ESP32 as its driver reads it: a count that wraps at 32,767, and a word to which an interrupt adds at each wrap.</summary>
/// <remarks>
/// Count and word are read apart. A wrap between the two gives a total about 32,767 too high, once. An interrupt that is held off, as it is
/// while flash is erased, gives totals 32,767 too low until it runs. Every wrap of this model meets one of them, or neither.
/// </remarks>
internal sealed class ChipCounter(Random random, Func<long> nowMs, Action look, long startWraps) : IPulseCounter
{
    public const int WrapAt = 32767;
    private const int HeldOffMsMax = 400;

    private long _counted = startWraps * WrapAt;
    private long _wrapsRead = startWraps;
    private long _heldOffUntilMs;
    private int _readsUntilRace = -1;

    /// <summary>Wraps that were read too high, and too low.</summary>
    public int RacesHigh { get; private set; }

    public int RacesLow { get; private set; }

    public void Count() => _counted++;

    public long ReadTotal()
    {
        look();
        long wraps = _counted / WrapAt;
        if (wraps != _wrapsRead)
            Wrap(wraps);
        if (_readsUntilRace >= 0 && _readsUntilRace-- == 0)
            return wraps * WrapAt + WrapAt - 1;
        return nowMs() < _heldOffUntilMs ? _counted - WrapAt : _counted;
    }

    private void Wrap(long wraps)
    {
        _wrapsRead = wraps;
        switch (random.Next(3))
        {
            case 0:
                // One of the two readings of a look.
                _readsUntilRace = random.Next(2);
                RacesHigh++;
                break;
            case 1:
                _heldOffUntilMs = nowMs() + 1 + random.Next(HeldOffMsMax);
                RacesLow++;
                break;
        }
    }
}
