namespace EdgeMeters.Bench.Network;

/// <summary>The link that the nodes of one station share: bytes queue for its rate, pieces are lost and sent again, and at times it is gone.</summary>
/// <remarks>
/// What is lost is a delay, as to anybody who speaks TCP: a round trip until it is noticed, and the piece again. Acknowledgements of TCP ride along
/// and take no room of their own. Time comes from outside, so that virtual time and the machine's give the same. Not safe from several threads.
/// </remarks>
public sealed class EmulatedLink
{
    private const int MinutesPerDay = 1440;
    private const double MsPerDay = 86_400_000;

    private readonly Random _random;
    private readonly LinkProfile _profile;
    private readonly double _upBytesPerMs;
    private readonly double _downBytesPerMs;
    private readonly double _loss;
    private readonly int _pduBytes;
    private readonly int _headerBytes;
    private readonly List<(long FromMs, long ToMs)> _outages = [];
    private double _upFreeMs;
    private double _downFreeMs;

    /// <param name="profile">Within whose ranges this link's figures are drawn.</param>
    /// <param name="seed">Of these and of all that happens.</param>
    /// <param name="busyBytesPerSecond">What others take of both directions for good.</param>
    public EmulatedLink(LinkProfile profile, int seed, double busyBytesPerSecond = 0)
    {
        _profile = profile;
        _random = new Random(seed);
        _loss = profile.LossPercent.Draw(_random) / 100;
        _pduBytes = (int)profile.PduBytes.Draw(_random);
        _headerBytes = (int)profile.PduHeaderBytes.Draw(_random);
        _upBytesPerMs = (profile.UplinkBitsPerSecond.Draw(_random) / 8000) - (busyBytesPerSecond / 1000);
        _downBytesPerMs = (profile.DownlinkBitsPerSecond.Draw(_random) / 8000) - (busyBytesPerSecond / 1000);
    }

    /// <summary>What one piece carries.</summary>
    public int PduBytes => _pduBytes;

    /// <summary>What is in front of each.</summary>
    public int PduHeaderBytes => _headerBytes;

    /// <summary>When it is gone, in milliseconds from the begin.</summary>
    public IReadOnlyList<(long FromMs, long ToMs)> Outages => _outages;

    /// <summary>Draws the outages of the profile over so many days.</summary>
    public void PlanOutages(int days)
    {
        double minutes = days * (double)MinutesPerDay;
        double perMinute = _profile.OutagesPerMonth.Draw(_random) / 30 / MinutesPerDay;
        if (perMinute <= 0)
            return;
        for (double at = Wait(perMinute); at < minutes; at += Wait(perMinute))
            AddOutage((long)(at * 60_000), (long)(_profile.OutageMinutes.Draw(_random) * 60_000));
    }

    public void AddOutage(long fromMs, long ms) => _outages.Add((fromMs, fromMs + ms));

    public bool IsUp(long nowMs) => IsUpBetween(nowMs, nowMs);

    /// <summary>From when on something may pass; now itself while it is up, and never where the profile carries nothing.</summary>
    public long BackMs(long nowMs)
    {
        if (_upBytesPerMs <= 0 || _downBytesPerMs <= 0)
            return long.MaxValue;
        long at = nowMs;
        foreach (var outage in _outages.OrderBy(o => o.FromMs))
            at = outage.FromMs <= at && at < outage.ToMs ? outage.ToMs : at;
        return at;
    }

    /// <summary>There and back, without what bytes take.</summary>
    public double RoundTripMs() =>
        (100 * _random.NextDouble() < _profile.TailPercent.Most ? _profile.RoundTripTailMs : _profile.RoundTripMs).Draw(_random);

    /// <summary>With what is in front of each piece.</summary>
    public int BytesOnAir(int bytes) => bytes + ((bytes + _pduBytes - 1) / _pduBytes * _headerBytes);

    /// <summary>When bytes that a node sends now are at the gateway; -1 when the link goes before.</summary>
    public long CarryUp(long nowMs, int bytes) => Carry(nowMs, bytes, _upBytesPerMs, ref _upFreeMs);

    /// <summary>When bytes that the gateway sends now are at a node; -1 when the link goes before.</summary>
    public long CarryDown(long nowMs, int bytes) => Carry(nowMs, bytes, _downBytesPerMs, ref _downFreeMs);

    /// <summary>For how long a session that begins now stands if nobody ends it, in milliseconds.</summary>
    public double NextResetMs()
    {
        double perDay = _profile.ResetsPerDay.Draw(_random);
        return perDay <= 0 ? double.PositiveInfinity : Wait(perDay / MsPerDay);
    }

    /// <summary>Whether only one end hears of a session's end.</summary>
    public bool IsHalfOpen() => 100 * _random.NextDouble() < _profile.HalfOpenPercent.Draw(_random);

    private long Carry(long nowMs, int bytes, double bytesPerMs, ref double freeMs)
    {
        if (bytesPerMs <= 0 || _loss >= 1)
            return -1;
        double waitMs = 0;
        double leaves = Math.Max(nowMs, freeMs);
        for (int sent = 0; sent < bytes; sent += _pduBytes)
        {
            double pieceMs = (Math.Min(_pduBytes, bytes - sent) + _headerBytes) / bytesPerMs;
            leaves += pieceMs;
            while (_random.NextDouble() < _loss)
            {
                leaves += pieceMs;
                waitMs += RoundTripMs();
            }
        }
        freeMs = leaves;
        long arrives = (long)Math.Ceiling(leaves + waitMs + (RoundTripMs() / 2));
        return IsUpBetween(nowMs, arrives) ? arrives : -1;
    }

    private bool IsUpBetween(long fromMs, long toMs)
    {
        if (_upBytesPerMs <= 0 || _downBytesPerMs <= 0)
            return false;
        foreach (var outage in _outages)
        {
            if (outage.FromMs <= toMs && fromMs < outage.ToMs)
                return false;
        }
        return true;
    }

    private double Wait(double perUnit) => -Math.Log(1 - _random.NextDouble()) / perUnit;
}
