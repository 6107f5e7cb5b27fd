namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>Which metering points there are, which meters, and which served which when.</summary>
/// <param name="Points">The points.</param>
/// <param name="Registers">The registers of the meters.</param>
/// <param name="Services">All services, those that ended as well.</param>
public sealed record PointRegistry(
    IReadOnlyList<RegisteredPoint> Points, IReadOnlyList<MeterRegister> Registers, IReadOnlyList<Service> Services)
{
    public static readonly PointRegistry Empty = new([], [], []);

    /// <summary>The same in the order in which it is written: by ids, serial numbers and begins, so that equal registries are written equally.</summary>
    public PointRegistry Sorted()
    {
        var points = Points.ToArray();
        Array.Sort(points, (a, b) => string.CompareOrdinal(a.Id, b.Id));
        var registers = Registers.ToArray();
        Array.Sort(registers, (a, b) => FirstOf(string.CompareOrdinal(a.Meter, b.Meter), string.CompareOrdinal(a.Register, b.Register)));
        var services = Services.ToArray();
        Array.Sort(services, (a, b) => FirstOf(string.CompareOrdinal(a.Point, b.Point), a.AfterUtcSeconds.CompareTo(b.AfterUtcSeconds)));
        return new PointRegistry(points, registers, services);
    }

    /// <summary>
    /// The same as tables can state it: what a list without dates left open is closed where the next service of the point begins to count, and what
    /// served points that left is left out.
    /// </summary>
    public PointRegistry Dated()
    {
        var points = Points.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var services = new List<Service>(Services.Count);
        foreach (var point in Services.Where(s => points.Contains(s.Point)).GroupBy(s => s.Point, StringComparer.Ordinal))
        {
            uint end = 0;
            foreach (var service in point.OrderBy(s => s.ThroughUtcSeconds).ThenBy(s => s.AfterUtcSeconds))
            {
                var kept = service with { AfterUtcSeconds = Math.Max(service.AfterUtcSeconds, end) };
                if (kept.AfterUtcSeconds >= kept.ThroughUtcSeconds)
                    continue;
                services.Add(kept);
                end = kept.ThroughUtcSeconds;
            }
        }
        return new PointRegistry(Points, Registers, services);
    }

    private static int FirstOf(int first, int second) => first != 0 ? first : second;
}
