namespace EdgeMeters.Bench.Meters;

/// <summary>What a register of a meter shows of its dial: raw counts, from wherever they began, around at the modulus.</summary>
/// <remarks>Every instant since it was made can be asked for, restarts and exchanges included. Safe for several threads.</remarks>
public sealed class DialFace
{
    /// <summary>Restarts and exchanges kept; the oldest are forgotten, and what they showed was then not shown.</summary>
    private const int TurnsMax = 10_000;

    private readonly Dial _dial;
    private readonly long _numerator;
    private readonly long _denominator;
    private readonly object _gate = new();
    private readonly List<Turn> _turns = [];

    /// <param name="numerator">The dial counts in units of which a raw count is numerator / denominator.</param>
    /// <param name="modulus">Raw count at which the register begins again from 0; 0 for none.</param>
    /// <param name="grain">The register shows only multiples of this: it has fewer digits than raw counts.</param>
    public DialFace(Dial dial, long numerator = 1, long denominator = 1, long modulus = 0, long grain = 1)
    {
        _dial = dial;
        _numerator = numerator;
        _denominator = denominator;
        Modulus = modulus;
        Grain = grain;
        _turns.Add(new Turn(dial.StartUtc, 0));
    }

    public Dial Dial => _dial;

    public long Modulus { get; }

    public long Grain { get; }

    public long Now => At(_dial.NowUtc);

    public long At(DateTimeOffset utc)
    {
        lock (_gate)
        {
            int i = _turns.Count - 1;
            while (i > 0 && _turns[i].FromUtc > utc)
                i--;
            return Shown(Counts(utc) + _turns[i].Offset);
        }
    }

    /// <summary>From now on it shows another count and what is added to that: after a restart, an exchange, near its rollover.</summary>
    public void ShowFromNow(long raw)
    {
        lock (_gate)
        {
            DateTimeOffset now = _dial.NowUtc;
            if (_turns.Count == TurnsMax)
                _turns.RemoveAt(0);
            _turns.Add(new Turn(now, raw - Counts(now)));
        }
    }

    /// <summary>True when it showed this count at some instant from one to another.</summary>
    public bool Showed(long raw, DateTimeOffset fromUtc, DateTimeOffset toUtc)
    {
        lock (_gate)
        {
            for (int i = _turns.Count - 1; i >= 0; i--)
            {
                DateTimeOffset from = _turns[i].FromUtc > fromUtc ? _turns[i].FromUtc : fromUtc;
                DateTimeOffset to = i + 1 < _turns.Count && _turns[i + 1].FromUtc < toUtc ? _turns[i + 1].FromUtc : toUtc;
                if (from <= to && IsBetween(raw, Counts(from) + _turns[i].Offset, Counts(to) + _turns[i].Offset))
                    return true;
                if (_turns[i].FromUtc <= fromUtc)
                    return false;
            }
            return false;
        }
    }

    private bool IsBetween(long raw, long first, long last)
    {
        if (raw % Grain != 0 || (Modulus != 0 && raw >= Modulus))
            return false;
        first -= first % Grain;
        if (Modulus == 0)
            return raw >= first && raw <= last;
        long above = (raw - first) % Modulus;
        return (above < 0 ? above + Modulus : above) <= last - first;
    }

    private long Shown(long counts)
    {
        long shown = Modulus == 0 ? counts : counts % Modulus;
        return shown - (shown % Grain);
    }

    private long Counts(DateTimeOffset utc) => (long)((Int128)_dial.At(utc) * _denominator / _numerator);

    private readonly record struct Turn(DateTimeOffset FromUtc, long Offset);
}
