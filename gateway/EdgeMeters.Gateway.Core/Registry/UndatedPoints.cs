namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>The list of points of a configuration, which names the meter of each and no dates: it is in force from the moment it came into the log.</summary>
/// <remarks>
/// What a meter read up to then stays with the point it served; what it read while it served none belongs to the next one. So of one register
/// the services do not overlap and leave nothing out.
/// </remarks>
public static class UndatedPoints
{
    /// <summary>The registry that follows from one before and a list.</summary>
    /// <param name="receivedUtcSeconds">When the list came into the log.</param>
    public static PointRegistry Follow(PointRegistry before, IReadOnlyList<MeteringPoint> list, uint receivedUtcSeconds)
    {
        var wanted = list.Select(p => (p.Id, p.MeterSerial, p.Register)).ToHashSet();
        var serving = new HashSet<(string, string, string)>();
        var ends = new Dictionary<(string, string), uint>();
        var services = new List<Service>(before.Services.Count);
        foreach (var service in before.Services)
        {
            var kept = service;
            if (service.ThroughUtcSeconds == Service.OpenEnd)
            {
                if (wanted.Contains((service.Point, service.Meter, service.Register)))
                    serving.Add((service.Point, service.Meter, service.Register));
                else
                    kept = service with { ThroughUtcSeconds = receivedUtcSeconds };
            }
            // One that ended before it began, by a list that was corrected at once, has served nothing.
            if (kept.ThroughUtcSeconds <= kept.AfterUtcSeconds)
                continue;
            services.Add(kept);
            var key = (kept.Meter, kept.Register);
            if (kept.ThroughUtcSeconds != Service.OpenEnd)
                ends[key] = Math.Max(ends.GetValueOrDefault(key), kept.ThroughUtcSeconds);
        }
        foreach (var point in list.Where(p => !serving.Contains((p.Id, p.MeterSerial, p.Register))))
        {
            uint after = ends.GetValueOrDefault((point.MeterSerial, point.Register));
            services.Add(new Service(point.Id, point.MeterSerial, point.Register, "", null, after, Service.OpenEnd, null, null, Service.One, 0));
        }
        return new PointRegistry(PointsOf(before, list), RegistersOf(before, list), services);
    }

    // What a list does not say stays as it was.
    private static RegisteredPoint[] PointsOf(PointRegistry before, IReadOnlyList<MeteringPoint> list)
    {
        var known = before.Points.ToDictionary(p => p.Id, StringComparer.Ordinal);
        return [.. list.Select(p => known.TryGetValue(p.Id, out var point)
            ? point with { Name = p.Name, Carrier = p.Carrier }
            : new RegisteredPoint(p.Id, p.Name, p.Carrier, PointKind.Billing, "", "", ""))];
    }

    private static List<MeterRegister> RegistersOf(PointRegistry before, IReadOnlyList<MeteringPoint> list)
    {
        var registers = before.Registers.ToList();
        var known = registers.Select(r => (r.Meter, r.Register)).ToHashSet();
        foreach (var point in list)
        {
            if (known.Add((point.MeterSerial, point.Register)))
                registers.Add(MeterRegister.OfDigits(point.MeterSerial, point.Register, UnitOf(point), 0, 0));
        }
        return registers;
    }

    // IEC 62056-61: groups C of 3 and 4 are reactive energy.
    private static DialUnit UnitOf(MeteringPoint point) => DialUnit.Find(point.Carrier switch
    {
        Carrier.Power => point.Register.Contains(":3.", StringComparison.Ordinal) || point.Register.Contains(":4.", StringComparison.Ordinal) ? "kvarh" : "kWh",
        Carrier.Heat => "kWh",
        _ => "m3",
    })!;
}
