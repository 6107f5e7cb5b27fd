using EdgeMeters.Simulation.World;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.City;

/// <summary>What one node's dials showed, row by row, and which of it the gateway has.</summary>
internal sealed class CityTruth(int channels, int rowsMax)
{
    private readonly long[] _registers = new long[channels * rowsMax];
    private readonly long[] _readMs = new long[rowsMax];
    private readonly long[] _receivedMs = new long[rowsMax];
    private readonly int[] _interval = new int[rowsMax];
    private readonly bool[] _isThere = new bool[rowsMax + 1];
    private uint _epoch;

    public int Channels => channels;

    /// <summary>Rows that were read; their sequences are 1 and up.</summary>
    public int Rows { get; private set; }

    /// <summary>Readings of the days, those of the mounting before left out.</summary>
    public long Readings => Math.Max(0, Rows - CityOptions.MountingIntervals) * (long)channels;

    public long Doubled { get; private set; }

    public long Altered { get; private set; }

    /// <summary>Rows that came again, the same: the gateway knows them by their identity.</summary>
    public long Repeated { get; private set; }

    public void Add(uint epoch, long interval, long nowMs, Func<int, long> dial)
    {
        if (Rows == rowsMax)
            return;
        _epoch = epoch;
        for (int i = 0; i < channels; i++)
            _registers[(Rows * channels) + i] = dial(i);
        _readMs[Rows] = nowMs;
        _interval[Rows] = (int)interval;
        Rows++;
    }

    /// <summary>The gateway has these rows.</summary>
    public void Take(ReadingBlock block, long nowMs)
    {
        for (int row = 0; row < block.Rows; row++)
        {
            long at = block.FirstSequence - 1L + row;
            if (block.Epoch != _epoch || at < 0 || at >= Rows || block.Channels != channels)
            {
                Altered += block.Channels;
                continue;
            }
            for (int i = 0; i < channels; i++)
            {
                int reading = (row * channels) + i;
                bool isTrue = block.Registers[reading] == _registers[(at * channels) + i] && block.Qualities[reading] == (byte)Quality.Measured
                    && block.UtcSecondsOf(row) == (WorldTime.StartUtcMs / 1000) + (_interval[at] * (long)CityOptions.IntervalSeconds);
                Altered += isTrue ? 0 : 1;
            }
            if (_receivedMs[at] != 0)
            {
                Repeated++;
                continue;
            }
            _receivedMs[at] = nowMs;
            if (_isThere[_interval[at]])
                Doubled += channels;
            _isThere[_interval[at]] = true;
        }
    }

    /// <summary>Readings of intervals that never came, read or not.</summary>
    public long Lost()
    {
        long lost = 0;
        for (int interval = 1; interval <= rowsMax; interval++)
            lost += _isThere[interval] ? 0 : channels;
        return lost;
    }

    /// <summary>When the last of what was read between the two was received; 0 when there was nothing.</summary>
    public long LastReceivedMs(long fromMs, long toMs)
    {
        long last = 0;
        for (int row = 0; row < Rows; row++)
        {
            if (_readMs[row] >= fromMs && _readMs[row] < toMs)
                last = Math.Max(last, _receivedMs[row]);
        }
        return last;
    }

    /// <summary>Counts how long what came in the days was under way from its interval's end.</summary>
    public void CountDelays(Delays delays)
    {
        for (int row = CityOptions.MountingIntervals; row < Rows; row++)
        {
            if (_receivedMs[row] != 0)
                delays.Add(_receivedMs[row] - (1000L * CityOptions.IntervalSeconds * _interval[row]), channels);
        }
    }
}
