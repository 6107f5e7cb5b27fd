using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;

namespace EdgeMeters.Bench.Faults;

/// <summary>What disturbs a line, whoever is on it: echo, noise, a babbler, another master.</summary>
public sealed class LineFaults
{
    private const int NoiseWithinMs = 250;

    /// <summary>Units that no bench gives to its own meters: another master reads meters of its own.</summary>
    private const int ForeignUnitMin = 200;

    private readonly LineSetting _setting;
    private readonly Fault[] _faults;
    private readonly Random _random;
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];

    /// <param name="faults">Those of meters are left out.</param>
    public LineFaults(LineSetting setting, IEnumerable<Fault> faults, int seed)
    {
        _setting = setting;
        _faults = [.. faults.Where(fault => fault.IsOfLine)];
        _random = new Random(seed);
    }

    /// <summary>How often a fault struck.</summary>
    public long CountOf(FaultKind kind) => _counts[(int)kind];

    /// <summary>True when the request that is sent now comes back to who sends it.</summary>
    public bool DrawsEcho()
    {
        foreach (Fault fault in _faults)
        {
            if (fault.Kind == FaultKind.Echo && fault.IsDrawn(_random))
            {
                _counts[(int)FaultKind.Echo]++;
                return true;
            }
        }
        return false;
    }

    /// <summary>What is heard after a request besides the answer to it.</summary>
    public void Disturb(List<BusSpeech> speeches)
    {
        foreach (Fault fault in _faults)
        {
            if (fault.Kind == FaultKind.Echo || !fault.IsDrawn(_random))
                continue;
            _counts[(int)fault.Kind]++;
            int drawn = fault.Draw(_random);
            switch (fault.Kind)
            {
                case FaultKind.Noise:
                    speeches.Add(new BusSpeech(Noise(drawn), 1000L * _random.Next(NoiseWithinMs)));
                    break;
                case FaultKind.Babbler:
                    speeches.Add(new BusSpeech(Noise((int)(1000L * drawn / _setting.Microseconds(1))), 1000L * _random.Next(NoiseWithinMs)));
                    break;
                default:
                    AddForeignExchange(1000L * drawn, speeches);
                    break;
            }
        }
    }

    private void AddForeignExchange(long delayMicroseconds, List<BusSpeech> speeches)
    {
        byte unit = (byte)_random.Next(ForeignUnitMin, 248);
        byte function = (byte)_random.Next(3, 5);
        byte registers = (byte)_random.Next(1, 9);
        byte[] request = Checks.WithCrc16(unit, function, (byte)_random.Next(4), (byte)_random.Next(256), 0, registers);
        byte[] answer = new byte[3 + (2 * registers)];
        _random.NextBytes(answer);
        (answer[0], answer[1], answer[2]) = (unit, function, (byte)(2 * registers));
        speeches.Add(new BusSpeech(request, delayMicroseconds));
        long answerMicroseconds = delayMicroseconds + _setting.Microseconds(request.Length + 4) + _random.Next(50_000);
        speeches.Add(new BusSpeech(Checks.WithCrc16(answer), answerMicroseconds));
    }

    private byte[] Noise(int bytes)
    {
        byte[] noise = new byte[bytes];
        _random.NextBytes(noise);
        return noise;
    }
}
