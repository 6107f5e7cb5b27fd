using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;

namespace EdgeMeters.Bench.Faults;

/// <summary>A meter with whatever is wrong with it. What happens follows from the seed and from how often the meter is asked.</summary>
public sealed class FaultyDevice : IBusListener
{
    private readonly BusDevice _device;
    private readonly TimeProvider _time;
    private readonly Fault[] _faults;
    private readonly Random _random;
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];
    private readonly List<BusSpeech> _answers = [];
    private readonly long _slowMicroseconds;
    private long _silentUntil;

    /// <param name="faults">Those of lines are left out.</param>
    public FaultyDevice(BusDevice device, TimeProvider time, IEnumerable<Fault> faults, int seed)
    {
        _device = device;
        _time = time;
        // What is said instead comes first, and what is cut off last: the others take whole frames.
        _faults = [.. faults.Where(fault => !fault.IsOfLine).OrderBy(fault => fault.Kind switch
        {
            FaultKind.Exception => 0,
            FaultKind.Foreign => 1,
            FaultKind.Truncated => 3,
            _ => 2,
        })];
        _random = new Random(seed);
        foreach (Fault fault in _faults)
        {
            if (fault.Kind == FaultKind.Slow && fault.IsDrawn(_random))
                _slowMicroseconds = 1000L * fault.Draw(_random);
            if (fault.Kind == FaultKind.Rollover && fault.IsDrawn(_random))
                _device.StartBeforeRollover(fault.Draw(_random));
        }
    }

    public LineSetting Setting => _device.Setting;

    /// <summary>How often a fault struck.</summary>
    public long CountOf(FaultKind kind) => _counts[(int)kind];

    public void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches)
    {
        _answers.Clear();
        _device.Hear(frame, _answers);
        if (_answers.Count == 0)
            return;
        foreach (Fault fault in _faults)
        {
            if (fault.Kind is FaultKind.Dead or FaultKind.Restart or FaultKind.Exchange && !IsSilent && fault.IsDrawn(_random))
                Fail(fault);
        }
        if (IsSilent)
            return;
        foreach (BusSpeech answer in _answers)
            Spoil(frame, answer with { DelayMicroseconds = answer.DelayMicroseconds + _slowMicroseconds }, speeches);
    }

    private bool IsSilent => _time.GetTimestamp() < _silentUntil;

    private void Fail(Fault fault)
    {
        _counts[(int)fault.Kind]++;
        double seconds = fault.Kind == FaultKind.Dead ? fault.Draw(_random) : fault.Draw(_random) / 1000.0;
        _silentUntil = _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency);
        if (fault.Kind == FaultKind.Restart)
            _device.Restart();
        else if (fault.Kind == FaultKind.Exchange)
            _device.Exchange(_random);
    }

    private void Spoil(ReadOnlySpan<byte> request, BusSpeech answer, List<BusSpeech> speeches)
    {
        long repeatMicroseconds = -1;
        foreach (Fault fault in _faults)
        {
            if (fault.Kind is FaultKind.Dead or FaultKind.Restart or FaultKind.Exchange or FaultKind.Slow or FaultKind.Rollover || !fault.IsDrawn(_random))
                continue;
            _counts[(int)fault.Kind]++;
            switch (fault.Kind)
            {
                case FaultKind.Late:
                    answer = answer with { DelayMicroseconds = answer.DelayMicroseconds + (1000L * fault.Draw(_random)) };
                    break;
                case FaultKind.Duplicate:
                    repeatMicroseconds = 1000L * fault.Draw(_random);
                    break;
                case FaultKind.Exception:
                    answer = answer with { Bytes = _device.Refusal(request, (byte)fault.Draw(_random)) };
                    break;
                case FaultKind.Foreign:
                    answer = answer with { Bytes = _device.Foreign(request, answer.Bytes, _random) };
                    break;
                case FaultKind.Truncated:
                    answer = answer with { Bytes = Truncated(answer.Bytes, fault.Draw(_random)) };
                    break;
                default:
                    answer = answer with { Bytes = Corrupted(answer.Bytes, fault.Draw(_random)) };
                    break;
            }
        }
        if (answer.Bytes.Length == 0)
            return;
        speeches.Add(answer);
        if (repeatMicroseconds >= 0)
            speeches.Add(answer with { DelayMicroseconds = answer.DelayMicroseconds + Setting.Microseconds(answer.Bytes.Length) + repeatMicroseconds });
    }

    private byte[] Truncated(byte[] bytes, int missing)
    {
        int left = Math.Max(bytes.Length - missing, 0);
        return _random.Next(2) == 0 ? bytes[..left] : bytes[^left..];
    }

    private byte[] Corrupted(byte[] bytes, int bits)
    {
        byte[] corrupted = [.. bytes];
        if (corrupted.Length == 0)
            return corrupted;
        switch (_random.Next(3))
        {
            case 0:
                // Each bit another one, so that they do not turn back.
                HashSet<int> turned = [];
                while (turned.Count < Math.Min(bits, 8 * corrupted.Length))
                    turned.Add(_random.Next(8 * corrupted.Length));
                foreach (int bit in turned)
                    corrupted[bit / 8] ^= (byte)(1 << (bit % 8));
                break;
            case 1:
                corrupted[_random.Next(corrupted.Length)] ^= (byte)_random.Next(1, 256);
                break;
            default:
                // A burst within two bytes: sixteen bits at most.
                int at = _random.Next(Math.Max(corrupted.Length - 1, 1));
                corrupted[at] ^= (byte)_random.Next(1, 256);
                if (at + 1 < corrupted.Length)
                    corrupted[at + 1] ^= (byte)_random.Next(256);
                break;
        }
        return corrupted;
    }
}
