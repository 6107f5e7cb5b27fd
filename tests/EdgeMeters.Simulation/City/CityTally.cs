using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.City;

/// <summary>What was counted at the ends of one station, or of all.</summary>
internal sealed class CityTally
{
    private const int WindowMinutes = CityOptions.IntervalSeconds / 60;

    private long[] _bytesByMinute = [];

    public long Readings { get; set; }

    public long Rows { get; set; }

    public long Lost { get; set; }

    public long Doubled { get; set; }

    public long Altered { get; set; }

    public long Repeated { get; set; }

    public long BlocksFailed { get; set; }

    /// <summary>Nodes whose journal still had something when time was over.</summary>
    public long Undrained { get; set; }

    public long Handshakes { get; set; }

    public long HandshakeBytes { get; set; }

    public int DarkStations { get; set; }

    /// <summary>From the end of the dark until all that was read in it had come, the longest.</summary>
    public long DrainMs { get; set; }

    /// <summary>Of readings of stations that were up, from the interval's end to the gateway.</summary>
    public Delays Delays { get; } = new();

    /// <summary>Bytes of blocks with their headers in the fullest window of an interval, in means of such windows; the worst station's.</summary>
    public double Burst { get; private set; }

    /// <summary>The minute at which that window begins.</summary>
    public int BurstMinute { get; private set; }

    /// <summary>Bytes by kind of block, with headers.</summary>
    public SortedDictionary<BlockKind, (long Blocks, long Bytes)> Kinds { get; } = [];

    /// <summary>The fullest minute of all stations together, in bytes.</summary>
    public long PeakBytesPerMinute => _bytesByMinute.Length == 0 ? 0 : _bytesByMinute.Max();

    public bool IsWhole => Lost + Doubled + Altered + Undrained == 0;

    public void AddBytes(BlockKind kind, int bytes)
    {
        var (blocks, sum) = Kinds.GetValueOrDefault(kind);
        Kinds[kind] = (blocks + 1, sum + bytes);
    }

    /// <summary>Every window of an interval's length, from each minute on, those of the mounting and of the fetching afterwards too, against the mean over the days.</summary>
    public void CountBurst(long[] bytesByMinute, int fromMinute, int toMinute)
    {
        _bytesByMinute = bytesByMinute;
        double mean = (double)bytesByMinute[fromMinute..toMinute].Sum() / (toMinute - fromMinute) * WindowMinutes;
        long window = 0;
        for (int minute = 0; minute < bytesByMinute.Length; minute++)
        {
            window += bytesByMinute[minute] - (minute >= WindowMinutes ? bytesByMinute[minute - WindowMinutes] : 0);
            if (window / mean > Burst)
                (Burst, BurstMinute) = (window / mean, minute - WindowMinutes + 1);
        }
    }

    public void Add(CityTally station)
    {
        Readings += station.Readings;
        Rows += station.Rows;
        Lost += station.Lost;
        Doubled += station.Doubled;
        Altered += station.Altered;
        Repeated += station.Repeated;
        BlocksFailed += station.BlocksFailed;
        Undrained += station.Undrained;
        Handshakes += station.Handshakes;
        HandshakeBytes += station.HandshakeBytes;
        DarkStations += station.DarkStations;
        DrainMs = Math.Max(DrainMs, station.DrainMs);
        Delays.Add(station.Delays);
        if (station.Burst > Burst)
            (Burst, BurstMinute) = (station.Burst, station.BurstMinute);
        foreach (var (kind, (blocks, bytes)) in station.Kinds)
        {
            var before = Kinds.GetValueOrDefault(kind);
            Kinds[kind] = (before.Blocks + blocks, before.Bytes + bytes);
        }
        if (_bytesByMinute.Length < station._bytesByMinute.Length)
            Array.Resize(ref _bytesByMinute, station._bytesByMinute.Length);
        for (int i = 0; i < station._bytesByMinute.Length; i++)
            _bytesByMinute[i] += station._bytesByMinute[i];
    }
}
