namespace EdgeMeters.Gateway.Audit;

/// <summary>Which sequences of one node, kind and epoch were seen, as ranges that do not touch.</summary>
internal sealed class SequenceBook
{
    private readonly List<(uint First, uint Last)> _seen = [];

    public uint Highest => _seen.Count == 0 ? 0 : _seen[^1].Last;

    /// <summary>Sequences between the first and the last that were not seen.</summary>
    public long Absent => _seen.Count == 0 ? 0 : (long)_seen[^1].Last - _seen[0].First + 1 - _seen.Sum(r => (long)r.Last - r.First + 1);

    public bool Holds(uint sequence) => _seen.Exists(r => sequence >= r.First && sequence <= r.Last);

    public void Add(uint first, uint last)
    {
        if (_seen.Count > 0 && first == (long)_seen[^1].Last + 1)
        {
            _seen[^1] = (_seen[^1].First, last);
            return;
        }
        int from = _seen.FindIndex(r => (long)r.Last + 1 >= first);
        if (from < 0)
        {
            _seen.Add((first, last));
            return;
        }
        int behind = from;
        while (behind < _seen.Count && _seen[behind].First <= (long)last + 1)
        {
            first = Math.Min(first, _seen[behind].First);
            last = Math.Max(last, _seen[behind].Last);
            behind++;
        }
        _seen.RemoveRange(from, behind - from);
        _seen.Insert(from, (first, last));
    }
}
