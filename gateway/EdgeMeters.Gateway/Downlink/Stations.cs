using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>When the nodes of each base station may send, so that a narrow link that many share is not asked to carry all at once. Safe from any thread.</summary>
/// <remarks>
/// Each node gets a slot of its own in the interval, by its rank in the station: the van der Corput sequence spreads however many there are evenly,
/// and none has to move when another comes. Where more came in the last minute than the link carries, or while the store takes nothing, a node is
/// told to come back later. So it is when the nodes of a station all come back after an outage: all have readings that waited, and those that
/// started anew explain their channels too, so they are let in one after the other. A node that comes back alone does not wait.
/// </remarks>
public sealed class Stations
{
    /// <summary>Slots lie in the first four fifths of a quarter of an hour; nodes with shorter intervals take the rest of the division.</summary>
    public const int SlotSecondsMax = 720;

    /// <summary>A node that is told to come back later comes after so long, and up to twice that: not all at once.</summary>
    public const int WaitSeconds = 60;

    /// <summary>How much larger blocks may be while a node sends again.</summary>
    public const int BackfillFactor = 10;

    /// <summary>The nodes of a station that come back together are all let in within so long, <see cref="ReturnsOfStart"/> times it if all started anew.</summary>
    public const int ReturnSeconds = 1800;

    /// <summary>So many are let in at once, beside the next.</summary>
    public const int ReturnsAtOnce = 3;

    /// <summary>A node's first hello since it started: it takes the room of so many, since it explains its channels.</summary>
    public const int ReturnsOfStart = 5;

    /// <summary>1,250 meters of 32 a node: what a station of the plan has. One with fewer nodes lets them in no slower.</summary>
    private const int NodesUsual = 40;

    private const int BucketMs = 5000;
    private const int Buckets = 12;

    private readonly Dictionary<int, Traffic> _stations;
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly INodeClock _clock;
    private readonly int _burstPercent;
    private readonly Func<bool> _isStoreReady;
    private readonly DownlinkMetrics _metrics;

    /// <param name="plan">The stations.</param>
    /// <param name="burstPercent">What a block of readings may take, in hundredths of what its first row alone takes.</param>
    /// <param name="clock">Monotonic time.</param>
    /// <param name="isStoreReady">False while the store takes no commits.</param>
    public Stations(IEnumerable<Station> plan, int burstPercent, INodeClock clock, Func<bool> isStoreReady, DownlinkMetrics metrics)
    {
        _stations = plan.ToDictionary(station => station.Number, station => new Traffic(station));
        _burstPercent = burstPercent;
        _clock = clock;
        _isStoreReady = isStoreReady;
        _metrics = metrics;
    }

    /// <summary>The slot of a rank, in seconds after an interval's end.</summary>
    public static int SlotOf(int rank)
    {
        // The rank's bits in reverse, as a fraction: 1/2, 1/4, 3/4, 1/8 …
        long fraction = 0;
        for (int bit = 0; bit < 16; bit++)
            fraction |= ((long)rank >> bit & 1) << (15 - bit);
        return (int)(fraction * SlotSecondsMax >> 16);
    }

    /// <summary>The answer to a hello; null for a node that is at no station of the plan.</summary>
    /// <param name="isBackfilling">The node is to send again what the log lacks. While half of the link is free it may do so in larger blocks.</param>
    /// <param name="isReturning">It has not been admitted in this session yet.</param>
    public Admission? Admit(string node, Hello hello, bool isBackfilling, bool isReturning)
    {
        lock (_lock)
        {
            if (!_stations.TryGetValue(hello.Station, out var station))
                return null;
            if (!_places.TryGetValue(node, out var place) || place.Station != hello.Station)
                _places[node] = place = new Place(hello.Station, station.Nodes++);
            int slot = SlotOf(place.Rank);
            long nowMs = _clock.MonotonicMs;
            long bytes = station.BytesOfLastMinute(nowMs);
            // Who lost its session while it waited keeps its turn.
            if (isReturning && place.ReturnMs <= nowMs)
                place.ReturnMs = station.LetIn(nowMs, hello.Number == 1 ? ReturnsOfStart : 1);
            bool mustWait = bytes > station.Plan.BytesPerMinuteMax || !_isStoreReady();
            bool mayGrow = isBackfilling && 2 * bytes < station.Plan.BytesPerMinuteMax;
            int waitSeconds = (int)Math.Max(0, (place.ReturnMs - nowMs + 999) / 1000);
            if (mustWait)
                waitSeconds = Math.Max(waitSeconds, WaitSeconds + slot * WaitSeconds / SlotSecondsMax);
            if (waitSeconds > 0)
                _metrics.Waits.Inc();
            return new Admission
            {
                StartNumber = hello.StartNumber,
                HelloNumber = hello.Number,
                WaitSeconds = waitSeconds,
                SlotSeconds = slot,
                GrowthPercent = mayGrow ? Math.Min(_burstPercent * BackfillFactor, Admission.GrowthPercentMax) : _burstPercent,
            };
        }
    }

    /// <summary>A node's block came.</summary>
    public void NoteBytes(string node, int bytes)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(node, out var place) && _stations.TryGetValue(place.Station, out var station))
                station.Add(_clock.MonotonicMs, bytes);
        }
    }

    /// <summary>A node's place at its station.</summary>
    private sealed class Place(int station, int rank)
    {
        public int Station => station;

        public int Rank => rank;

        /// <summary>From when on it may send.</summary>
        public long ReturnMs { get; set; }
    }

    /// <summary>What came through one station, by pieces of a few seconds.</summary>
    private sealed class Traffic(Station plan)
    {
        private readonly long[] _bytes = new long[Buckets];
        private long _bucket;
        private long _returnMs = long.MinValue / 2;

        public Station Plan => plan;

        /// <summary>Nodes that were given a rank.</summary>
        public int Nodes { get; set; }

        public void Add(long nowMs, int bytes)
        {
            MoveOn(nowMs);
            _bytes[_bucket % Buckets] += bytes;
        }

        public long BytesOfLastMinute(long nowMs)
        {
            MoveOn(nowMs);
            return _bytes.Sum();
        }

        /// <summary>When the next node that comes back may send.</summary>
        public long LetIn(long nowMs, int room)
        {
            long apartMs = 1000L * ReturnSeconds / Math.Max(Nodes, NodesUsual);
            long turnMs = Math.Max(nowMs, _returnMs);
            _returnMs = Math.Max(_returnMs, nowMs - ReturnsAtOnce * apartMs) + room * apartMs;
            return turnMs;
        }

        private void MoveOn(long nowMs)
        {
            long bucket = nowMs / BucketMs;
            for (long next = Math.Max(_bucket + 1, bucket - Buckets + 1); next <= bucket; next++)
                _bytes[next % Buckets] = 0;
            _bucket = bucket;
        }
    }
}
