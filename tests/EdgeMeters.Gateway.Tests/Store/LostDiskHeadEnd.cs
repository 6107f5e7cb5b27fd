using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Gateway.Tests.Store;

/// <summary>A utility that keeps what it is told by key, and of each reading the highest revision. The same key must never say another thing.</summary>
internal sealed class LostDiskHeadEnd
{
    private readonly Dictionary<string, ForwardItem> _items = [];
    private readonly Dictionary<ReadingId, ForwardItem> _latest = [];

    public int Readings => _latest.Count;

    /// <summary>Items that came more than once.</summary>
    public int Repeated { get; private set; }

    public IEnumerable<string> Keys => _items.Keys;

    public void Take(ForwardItem item)
    {
        // What an interval begins with is the gateway's own note and not told to anybody.
        item = item with { Interval = item.Interval with { Begin = null } };
        if (_items.TryGetValue(item.Key, out var known))
        {
            Repeated++;
            Assert.Equal(known, item);
        }
        _items[item.Key] = item;
        if (!_latest.TryGetValue(item.Interval.Id, out var latest) || item.Revision >= latest.Revision)
            _latest[item.Interval.Id] = item;
    }

    public IntervalReading? Of(ReadingId id) => _latest.GetValueOrDefault(id)?.Interval;
}
