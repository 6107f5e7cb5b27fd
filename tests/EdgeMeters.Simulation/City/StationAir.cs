using EdgeMeters.Bench.Network;
using EdgeMeters.Simulation.World;

namespace EdgeMeters.Simulation.City;

/// <summary>The link that the nodes of one station share: bytes queue for its rate, pieces are lost and sent again, and at times it is gone.</summary>
/// <remarks>
/// What is lost is a delay, as to anybody who speaks TCP: a round trip until it is noticed, and the piece again. Acknowledgements of TCP ride along
/// and take no room of their own. Keep-alives take their share of the rate for good.
/// </remarks>
internal sealed class StationAir
{
    /// <summary>A keep-alive is two bytes of MQTT in a record of TLS 1.2 (29), in a packet.</summary>
    private const int PingBytes = 2 + 29;
    private const int MinutesPerDay = 1440;

    private readonly WorldTime _world;
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

    public StationAir(LinkProfile profile, int nodes, int keepAliveSeconds, WorldTime world, Random random)
    {
        _profile = profile;
        _world = world;
        _random = random;
        _loss = profile.LossPercent.Draw(random) / 100;
        _pduBytes = (int)profile.PduBytes.Draw(random);
        _headerBytes = (int)profile.PduHeaderBytes.Draw(random);
        double pings = (double)nodes * (PingBytes + _headerBytes) / keepAliveSeconds / 1000;
        _upBytesPerMs = (profile.UplinkBitsPerSecond.Draw(random) / 8000) - pings;
        _downBytesPerMs = (profile.DownlinkBitsPerSecond.Draw(random) / 8000) - pings;
        if (_upBytesPerMs <= 0 || _downBytesPerMs <= 0)
            throw new BrokenPromiseException($"profile {profile.Id} does not even carry the keep-alives of {nodes} nodes");
    }

    public IReadOnlyList<(long FromMs, long ToMs)> Outages => _outages;

    public bool IsUp => IsUpBetween(_world.NowMs, _world.NowMs);

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

    /// <summary>There and back, without what bytes take.</summary>
    public double RoundTripMs() =>
        (100 * _random.NextDouble() < _profile.TailPercent.Most ? _profile.RoundTripTailMs : _profile.RoundTripMs).Draw(_random);

    /// <summary>With what is in front of each piece.</summary>
    public int BytesOnAir(int bytes) => bytes + ((bytes + _pduBytes - 1) / _pduBytes * _headerBytes);

    /// <summary>When these bytes are at the gateway; -1 when the link goes before.</summary>
    public long CarryUp(int bytes) => Carry(bytes, _upBytesPerMs, ref _upFreeMs);

    /// <summary>When these bytes are at a node; -1 when the link goes before.</summary>
    public long CarryDown(int bytes) => Carry(bytes, _downBytesPerMs, ref _downFreeMs);

    private long Carry(int bytes, double bytesPerMs, ref double freeMs)
    {
        double waitMs = 0;
        double leaves = Math.Max(_world.NowMs, freeMs);
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
        return IsUpBetween(_world.NowMs, arrives) ? arrives : -1;
    }

    private bool IsUpBetween(long fromMs, long toMs)
    {
        foreach (var outage in _outages)
        {
            if (outage.FromMs <= toMs && fromMs < outage.ToMs)
                return false;
        }
        return true;
    }

    private double Wait(double perMinute) => -Math.Log(1 - _random.NextDouble()) / perMinute;
}
