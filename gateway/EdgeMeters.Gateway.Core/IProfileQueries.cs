using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Core;

/// <summary>What API and bills ask of load profiles. Reads only; safe from any thread.</summary>
public interface IProfileQueries
{
    /// <summary>
    /// The load profile of a point: its intervals that end after <paramref name="fromUtcSeconds"/> and not after <paramref name="toUtcSeconds"/>, checked, gaps
    /// estimated, multiplied, over exchanges of its meters, and with what people set.
    /// </summary>
    /// <param name="withEdits">False for what it would be if nobody had set anything.</param>
    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    PointProfile Profile(string pointId, uint fromUtcSeconds, uint toUtcSeconds, bool withEdits = true);

    /// <summary>What people set in the same range, the earlier and what was taken back as well, in the order of the intervals and then of the edits.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    IReadOnlyList<KeptEdit> Edits(string pointId, uint fromUtcSeconds, uint toUtcSeconds);

    /// <summary>The services of a point in the order of their begins, those that ended as well.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    IReadOnlyList<Service> Services(string pointId);

    /// <summary>The points directly below one, in the order of their ids.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such point.</exception>
    IReadOnlyList<RegisteredPoint> Below(string pointId);

    /// <summary>So many points of the registry whose ids come after one, in the order of their ids.</summary>
    /// <param name="afterId">Empty for the first.</param>
    IReadOnlyList<RegisteredPoint> Registered(string afterId, int max);

    /// <summary>What entries behind one changed of what was told before them.</summary>
    CorrectionPage Corrections(long sinceEntry);
}
