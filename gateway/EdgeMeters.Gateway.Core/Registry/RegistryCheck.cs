namespace EdgeMeters.Gateway.Core.Registry;

/// <summary>Holds the rows of a registry against each other. What one row alone can be wrong in, whoever made the row has checked.</summary>
/// <param name="registry">Its rows in the order in which they were given.</param>
/// <param name="tell">Told of every fault.</param>
public sealed class RegistryCheck(PointRegistry registry, Action<RegistryFault> tell)
{
    private readonly Dictionary<string, int> _points = new(registry.Points.Count, StringComparer.Ordinal);
    private readonly Dictionary<(string Meter, string Register), int> _registers = new(registry.Registers.Count);

    public void Run()
    {
        if (!IsWithinLimits())
            return;
        NamePoints();
        NameRegisters();
        for (int row = 0; row < registry.Points.Count; row++)
            CheckParent(row, registry.Points[row]);
        CheckCircles();
        for (int row = 0; row < registry.Services.Count; row++)
            CheckService(row, registry.Services[row]);
        CheckOverlaps(s => s.Point, s => $"the point {s.Point} is served already", "a point is served by one register at a time: end the earlier service where the later begins");
        CheckOverlaps(s => (s.Meter, s.Register), s => $"the meter {s.Meter} {s.Register} serves already", "a register serves one point at a time: end the earlier service where the later begins");
        CheckOverlaps(s => s.Channel == null ? null : ((string, byte)?)(s.Node, s.Channel.Value), s => $"channel {s.Channel} of node {s.Node} is taken already",
            "a channel reads one register at a time: end the earlier service where the later begins, or leave node and channel empty");
    }

    private bool IsWithinLimits()
    {
        bool isWithin = true;
        Hold(RegistryTable.Points, registry.Points.Count, RegistryLimits.PointsMax);
        Hold(RegistryTable.Meters, registry.Registers.Count, RegistryLimits.RegistersMax);
        Hold(RegistryTable.Services, registry.Services.Count, RegistryLimits.ServicesMax);
        return isWithin;

        void Hold(RegistryTable table, int count, int max)
        {
            if (count <= max)
                return;
            isWithin = false;
            tell(new RegistryFault(table, max, $"there are more than {max} rows in this table", "share them out among several gateways"));
        }
    }

    private void NamePoints()
    {
        for (int row = 0; row < registry.Points.Count; row++)
        {
            string id = registry.Points[row].Id;
            if (!_points.TryAdd(id, row))
                tell(new RegistryFault(RegistryTable.Points, row, $"the point {id} is there twice", "every metering point has its own id, and one row", _points[id]));
        }
    }

    private void NameRegisters()
    {
        for (int row = 0; row < registry.Registers.Count; row++)
        {
            var register = registry.Registers[row];
            if (!_registers.TryAdd((register.Meter, register.Register), row))
            {
                tell(new RegistryFault(RegistryTable.Meters, row, $"the register {register.Register} of meter {register.Meter} is there twice",
                    "every register of a meter has one row", _registers[(register.Meter, register.Register)]));
            }
        }
    }

    private void CheckParent(int row, RegisteredPoint point)
    {
        if (point.Parent.Length == 0)
        {
            if (point.Kind == PointKind.Check)
                tell(new RegistryFault(RegistryTable.Points, row, $"the point {point.Id} checks none", "name the point that it checks as its parent, or make it a billing or sum point"));
            return;
        }
        if (!_points.TryGetValue(point.Parent, out int parentRow))
        {
            tell(new RegistryFault(RegistryTable.Points, row, $"the parent {point.Parent} is no point", "correct it, add a row for it, or leave it empty"));
            return;
        }
        var parent = registry.Points[parentRow];
        if (parent.Carrier != point.Carrier)
            tell(new RegistryFault(RegistryTable.Points, row, $"the parent {parent.Id} measures {Symbols.Of(parent.Carrier)} and {point.Id} {Symbols.Of(point.Carrier)}", "name a parent of the same carrier", parentRow));
        if (parent.Kind == PointKind.Check)
            tell(new RegistryFault(RegistryTable.Points, row, $"the parent {parent.Id} is a check point", $"name what {parent.Id} checks as the parent", parentRow));
    }

    // Each point is walked over once: what was walked before ends well or was told.
    private void CheckCircles()
    {
        int[] depths = new int[registry.Points.Count];
        const int OnTheWay = -1;
        var way = new List<int>();
        for (int begin = 0; begin < depths.Length; begin++)
        {
            way.Clear();
            int at = begin;
            while (at >= 0 && depths[at] == 0)
            {
                depths[at] = OnTheWay;
                way.Add(at);
                at = ParentOf(at);
            }
            if (at >= 0 && depths[at] == OnTheWay)
                tell(new RegistryFault(RegistryTable.Points, at, $"the parents of {registry.Points[at].Id} lead back to itself", "take out one of these parents"));
            int depth = at >= 0 && depths[at] > 0 ? depths[at] : 0;
            for (int i = way.Count - 1; i >= 0; i--)
            {
                depths[way[i]] = ++depth;
                if (depth == RegistryLimits.DepthMax + 1)
                    tell(new RegistryFault(RegistryTable.Points, way[i], $"{registry.Points[way[i]].Id} has more than {RegistryLimits.DepthMax - 1} points above it", "name a parent further up"));
            }
        }
    }

    private int ParentOf(int row) =>
        registry.Points[row].Parent is { Length: > 0 } parent && _points.TryGetValue(parent, out int at) ? at : -1;

    private void CheckService(int row, Service service)
    {
        if (service.AfterUtcSeconds >= service.ThroughUtcSeconds)
            Tell("it ends before it begins", "correct from or until");
        bool hasPoint = _points.TryGetValue(service.Point, out int pointRow);
        if (!hasPoint)
            Tell($"there is no point {service.Point}", "correct it, or add a row for it to the points");
        if (!_registers.TryGetValue((service.Meter, service.Register), out int registerRow))
        {
            Tell($"there is no register {service.Register} of a meter {service.Meter}", "correct meter or register, or add a row for it to the meters");
            return;
        }
        var register = registry.Registers[registerRow];
        if (hasPoint && !register.Unit.Fits(registry.Points[pointRow].Carrier))
            Tell($"{register.Meter} {register.Register} counts {register.Unit.Symbol} and {service.Point} measures {Symbols.Of(registry.Points[pointRow].Carrier)}", "correct the meter, its unit or the carrier");
        if (service is { StartRegister: not null, AfterUtcSeconds: 0 })
            Tell("it has a start register and no from", "say from when on the meter served, or leave the start register empty");
        if (service is { EndRegister: not null, ThroughUtcSeconds: Service.OpenEnd })
            Tell("it has an end register and no until", "say until when the meter served, or leave the end register empty");
        CheckRegister("start", service.StartRegister);
        CheckRegister("end", service.EndRegister);

        void CheckRegister(string which, long? reading)
        {
            if (reading is { } read && (read < 0 || register.Modulus > 0 && read >= register.Modulus))
                Tell($"the {which} register lies beyond what {register.Meter} {register.Register} can show", "correct it, or the digits or modulus of the meter");
        }

        void Tell(string text, string remedy) => tell(new RegistryFault(RegistryTable.Services, row, text, remedy));
    }

    // Most keys have one service: a chain through an array costs less than a list for each.
    private void CheckOverlaps<TKey>(Func<Service, TKey> keyOf, Func<Service, string> text, string remedy)
    {
        var services = registry.Services;
        var last = new Dictionary<(bool, TKey), int>(services.Count);
        int[] before = new int[services.Count];
        var rows = new List<int>();
        for (int row = 0; row < services.Count; row++)
        {
            before[row] = -1;
            if (keyOf(services[row]) is not { } key)
                continue;
            if (last.TryGetValue((true, key), out int other))
                before[row] = other;
            last[(true, key)] = row;
        }
        foreach (int end in last.Values)
        {
            if (before[end] < 0)
                continue;
            rows.Clear();
            for (int row = end; row >= 0; row = before[row])
                rows.Add(row);
            rows.Sort((a, b) => services[a].AfterUtcSeconds != services[b].AfterUtcSeconds
                ? services[a].AfterUtcSeconds.CompareTo(services[b].AfterUtcSeconds) : a.CompareTo(b));
            for (int i = 1; i < rows.Count; i++)
            {
                if (services[rows[i]].AfterUtcSeconds < services[rows[i - 1]].ThroughUtcSeconds)
                    tell(new RegistryFault(RegistryTable.Services, rows[i], text(services[rows[i]]), remedy, rows[i - 1]));
            }
        }
    }
}
