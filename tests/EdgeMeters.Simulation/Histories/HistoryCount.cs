using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Validation;

namespace EdgeMeters.Simulation.Histories;

/// <summary>Holds the load profile of one history against what was consumed.</summary>
internal sealed class HistoryCount
{
    private readonly List<string> _faults = [];
    private long _sum;
    private long? _truth = 0;
    private int _run;

    public long Intervals { get; private set; }

    public long Estimated { get; private set; }

    /// <summary>Intervals without a consumption, which say why.</summary>
    public long Unstated { get; private set; }

    public IReadOnlyList<string> Faults => _faults;

    public void Add(RegisterHistory history)
    {
        var order = new Random(history.Seed);
        Check(history, Profile(history, history.Known(false, order)), false);
        var first = Profile(history, history.Known(true, order));
        Check(history, first, true);
        var second = Profile(history, history.Known(true, order));
        if (!first.SequenceEqual(second))
            _faults.Add($"seed {history.Seed}: another order of arrival makes another profile");
    }

    private static IReadOnlyList<ProfileInterval> Profile(RegisterHistory history, List<ServiceReadings> known)
    {
        var shapes = new GapShapes((from, to) => ProfileBuilder.Build(known, RegisterHistory.PeriodSeconds, history.Rules, GapShapes.None, from, to), (_, _) => []);
        return ProfileBuilder.Build(known, RegisterHistory.PeriodSeconds, history.Rules, shapes, RegisterHistory.Begin, history.End);
    }

    private void Check(RegisterHistory history, IReadOnlyList<ProfileInterval> profile, bool withLate)
    {
        for (int i = 0; i < profile.Count; i++)
        {
            var interval = profile[i];
            int slot = (int)((interval.EndUtcSeconds - RegisterHistory.Begin) / RegisterHistory.PeriodSeconds);
            Intervals++;
            if (slot != i + 1)
            {
                _faults.Add($"seed {history.Seed}: interval {i + 1} is not there");
                return;
            }
            if (history.IsOrderly && withLate && interval.Findings != Findings.None)
                _faults.Add($"seed {history.Seed}, interval {slot}: {interval.Findings} was found where there is nothing to find");
            Check(history, interval, slot);
        }
        EndRun(history, profile.Count);
        // The last readings of a history are never disturbed.
        if (profile.Count != history.Truth.Length - 1)
            _faults.Add($"seed {history.Seed}: {profile.Count} intervals of {history.Truth.Length - 1}");
    }

    private void Check(RegisterHistory history, ProfileInterval interval, int slot)
    {
        if (interval.Consumption is not { } consumption)
        {
            Unstated++;
            EndRun(history, slot - 1);
            if (interval.Findings == Findings.None)
                _faults.Add($"seed {history.Seed}, interval {slot}: no consumption, and nothing says why");
            return;
        }
        if (interval.Source == ProfileSource.Measured)
        {
            EndRun(history, slot - 1);
            if (history.Truth[slot] != consumption && interval.Findings == Findings.None)
                _faults.Add($"seed {history.Seed}, interval {slot}: {consumption} is stated, {history.Truth[slot]?.ToString() ?? "an unknown amount"} was consumed, and it is not flagged");
            return;
        }
        Estimated++;
        _run++;
        _sum += consumption;
        _truth += history.Truth[slot];
    }

    // Estimates are right as a whole: they add up to what was consumed.
    private void EndRun(RegisterHistory history, int slot)
    {
        if (_run > 0 && _sum != _truth)
            _faults.Add($"seed {history.Seed}, intervals {slot - _run + 1} to {slot}: the estimates add up to {_sum}, {_truth?.ToString() ?? "an unknown amount"} was consumed");
        (_run, _sum, _truth) = (0, 0, 0);
    }
}
