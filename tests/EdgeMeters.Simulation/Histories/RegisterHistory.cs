using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.Histories;

/// <summary>A metering point whose consumption is known, and what a gateway was told of it: with rollovers, resets, exchanges, gaps, moments and wrong clocks.</summary>
/// <remarks>
/// Left out is what no register can tell, since it looks like consumption: a reset or an exchange that nobody registered, to a level that the meter
/// could have reached by counting, or two of them within one gap, which may make up for each other.
/// </remarks>
internal sealed class RegisterHistory
{
    public const int PeriodSeconds = 900;

    /// <summary>A Thursday's midnight in UTC.</summary>
    public const uint Begin = 1_767_225_600;

    // In an interval.
    private const int CountsMax = 4_000;

    private readonly Random _random;
    private readonly int _slots;
    private readonly ChannelLayout _scale;
    private readonly long _multiplier;
    private readonly List<Service> _services = [];
    private readonly List<List<RegisterReading>> _readings = [[]];
    private uint _epoch;
    private uint _sequence = 1;
    private long _dial;

    public RegisterHistory(int seed, int slots)
    {
        Seed = seed;
        _random = new Random(seed);
        _slots = slots;
        _epoch = (uint)_random.Next(1, int.MaxValue);
        _multiplier = Pick(Service.One, Service.One, Service.One, 40 * Service.One, Service.One * 3 / 2);
        // Rollovers every some days, so that histories have some.
        long modulus = Pick(1_000_000L, 8_388_608L, 100_000_000L, 1L << 32, 0L);
        _scale = new ChannelLayout
        {
            MeterSerial = "22001234", Register = "1-0:1.8.0", Unit = Unit.Wh, Numerator = Pick(1, 10, 1000), Denominator = Pick(1, 1, 800), Modulus = modulus,
        };
        if (_scale.Numerator != 1000)
            _scale.Denominator = 1;
        _scale.RateMaxPerHour = Pick(CountsMax * 4, 0);
        Rules = new ValidationRules { RateMaxPerHour = (long)((Int128)CountsMax * 4 * _scale.Numerator * _multiplier / (_scale.Denominator * Service.One)) };
        Truth = new long?[slots + 1];
        LiveThrough();
        Disturb();
    }

    public int Seed { get; }

    /// <summary>The point's, by the most that is consumed in it.</summary>
    public ValidationRules Rules { get; }

    /// <summary>What was consumed in each interval, in base units; null where it begins in one course of a register and ends in another and nobody noted how.</summary>
    public long?[] Truth { get; }

    /// <summary>Readings that come late: without them there are gaps.</summary>
    public HashSet<ReadingId> Late { get; } = [];

    /// <summary>True while nothing happened that a check should find.</summary>
    public bool IsOrderly { get; private set; } = true;

    public uint End => Begin + (uint)(_slots * PeriodSeconds);

    /// <summary>What the gateway knows of the point, in an order that makes no difference.</summary>
    public List<ServiceReadings> Known(bool withLate, Random order) =>
    [
        .. _services.Select((service, i) =>
        {
            var readings = _readings[i].Where(r => withLate || !Late.Contains(r.Id)).ToList();
            // What came twice is there twice.
            readings.AddRange(readings.Where(_ => order.Next(50) == 0).ToList());
            var shuffled = readings.ToArray();
            order.Shuffle(shuffled);
            return new ServiceReadings(service, shuffled);
        }),
    ];

    private T Pick<T>(params T[] of) => of[_random.Next(of.Length)];

    private void LiveThrough()
    {
        _dial = _scale.Modulus == 0 ? _random.Next(1_000_000_000) : _random.NextInt64(_scale.Modulus);
        _services.Add(ServiceFrom(0, null));
        Read(0);
        for (int slot = 1; slot <= _slots; slot++)
        {
            int counts = _random.Next(10) == 0 ? 0 : _random.Next(CountsMax);
            // Apart from each other and from the ends, so that each is by itself.
            bool isAlone = slot % 16 == 8 && slot < _slots - 8;
            if (isAlone && _random.Next(12) == 0)
                Happen(slot, counts);
            else
                Truth[slot] = Turn(counts);
            if (_random.Next(200) == 0)
                (_epoch, _sequence) = ((uint)_random.Next(1, int.MaxValue), 1);
            Read(slot);
        }
    }

    private void Happen(int slot, int counts)
    {
        int before = _random.Next(counts + 1);
        int after = counts - before;
        switch (_random.Next(3))
        {
            case 0:
                // Reset while nobody looked: what was counted between the last reading and it is gone.
                JumpTo(slot, before, 0, after);
                break;
            case 1:
                JumpTo(slot, before, NewLevel(), after);
                break;
            default:
                Exchange(slot, before, after);
                break;
        }
    }

    private void JumpTo(int slot, int before, long level, int after)
    {
        if (!IsTold(_dial + before, level + after))
        {
            Truth[slot] = Turn(before + after);
            return;
        }
        IsOrderly = false;
        Turn(before);
        _dial = level;
        Turn(after);
    }

    // By counting within a day and a half, forwards, over the modulus or backwards, that level is not reached.
    private bool IsTold(long from, long to)
    {
        const long Reach = CountsMax * 4L * 36;
        long modulus = _scale.Modulus;
        long forwards = modulus == 0 ? to - from : ((to - from) % modulus + modulus) % modulus;
        bool isFar = forwards < 0 || forwards > Reach * 4;
        return isFar && Math.Abs(to - from % Math.Max(modulus, 1)) > Reach;
    }

    private long NewLevel() => _scale.Modulus == 0 ? _random.Next(1_000_000_000) : _random.NextInt64(_scale.Modulus);

    private void Exchange(int slot, int before, int after)
    {
        uint at = (uint)(Begin + (slot - 1) * (long)PeriodSeconds + _random.Next(1, PeriodSeconds));
        long first = Turn(before);
        var old = _services[^1];
        _services[^1] = old with { ThroughUtcSeconds = at, EndRegister = Shown() };
        _dial = NewLevel();
        _services.Add(ServiceFrom(at, Shown()));
        _readings.Add([]);
        Truth[slot] = first + Turn(after);
    }

    private Service ServiceFrom(uint after, long? start) =>
        new("P", $"2200{_services.Count:D4}", "1-0:1.8.0", "", null, after, Service.OpenEnd, start, null, _multiplier, 0);

    private long Raw() => _scale.Modulus == 0 ? _dial : _dial % _scale.Modulus;

    private long Shown() => IntervalJudge.Scale(Raw(), _scale);

    // What the dial turns by, in base units with the multiplier: the difference of what it would show if it had no end.
    private long Turn(int counts)
    {
        long begin = Multiplied(Raw());
        long end = Multiplied(Raw() + counts);
        _dial += counts;
        return end - begin;
    }

    private long Multiplied(long raw) => (long)((Int128)IntervalJudge.Scale(raw, _scale) * _multiplier / Service.One);

    private void Read(int slot) => _readings[^1].Add(new RegisterReading(
        new ReadingId("node", _epoch, _sequence++, 0), Begin + (uint)(slot * PeriodSeconds), Raw(), Quality.Measured, ClockQuality.Synchronised, PeriodSeconds, _scale));

    private void Disturb()
    {
        foreach (var readings in _readings)
        {
            if (_random.Next(8) == 0 && readings.Count > 40)
                LoseLong(readings, 12, _random.Next(1, Math.Min(100, readings.Count - 30)));
            // Away from what happens, which lies in the middle of sixteen.
            for (int at = 1; at + 8 < readings.Count; at += 8)
            {
                int slot = (int)((readings[at].EndUtcSeconds - Begin) / PeriodSeconds);
                if (slot % 16 is < 10 and not 0 || _random.Next(6) != 0)
                    continue;
                Disturb(readings, at, _random.Next(1, 4));
            }
        }
    }

    private void Disturb(List<RegisterReading> readings, int at, int count)
    {
        switch (_random.Next(4))
        {
            case 0:
                Lose(readings, at, count);
                break;
            case 1:
                for (int i = at; i < at + count; i++)
                    readings[i] = readings[i] with { Raw = 0 };
                IsOrderly = false;
                break;
            case 2:
                for (int i = at; i < at + count; i++)
                    Late.Add(readings[i].Id);
                break;
            default:
                int shift = Pick(-1, 1) * _random.Next(3, 40) * PeriodSeconds;
                for (int i = at; i < at + count; i++)
                    readings[i] = readings[i] with { EndUtcSeconds = (uint)(readings[i].EndUtcSeconds + shift), Clock = ClockQuality.Holdover };
                break;
        }
    }

    private void LoseLong(List<RegisterReading> readings, int at, int count)
    {
        // Two jumps that nobody saw may make up for each other.
        if (readings.GetRange(at, count + 1).Count(r => Truth[(r.EndUtcSeconds - Begin) / PeriodSeconds] == null) < 2)
            Lose(readings, at, count);
    }

    private static void Lose(List<RegisterReading> readings, int at, int count)
    {
        for (int i = at; i < at + count && i < readings.Count - 2; i++)
            readings[i] = readings[i] with { Quality = Quality.Missing, Raw = 0 };
    }
}
