using EdgeMeters.Gateway.Core;

namespace EdgeMeters.Simulation.World;

/// <summary>Counts events at the ends: what the nodes' journals appended beside what the gateway's log holds and what it lists, as sets.</summary>
/// <remarks>
/// Only one absence is nobody's fault: a gateway burnt with the event, and the node, which had its receipt, has overwritten it since.
/// </remarks>
internal sealed class EventTally
{
    /// <summary>Events that the log holds.</summary>
    public long Events { get; private set; }

    public List<string> Lost { get; } = [];

    public List<string> Doubled { get; } = [];

    public List<string> Altered { get; } = [];

    public static EventTally Of(World world)
    {
        var tally = new EventTally();
        var held = world.Site.ReadEvents();
        tally.Events = held.ByName.Count;
        tally.Doubled.AddRange(held.Contradictions.Select(id => $"{Name(id)}: two blocks in the log tell different things of it"));
        var appended = new HashSet<(string, uint, uint)>();
        foreach (var node in world.Nodes)
            tally.Add(node, held, world.Site.Burnt, appended);
        foreach (var (id, told) in held.ByName.Where(h => !appended.Contains(h.Key)))
            tally.Altered.Add($"{Name(id)}: nobody appended it, the log holds {told}");
        tally.AddListed(held, world.Site.ListEvents());
        return tally;
    }

    private void Add(SimulatedNode node, HeldEvents held, HeldEvents burnt, HashSet<(string, uint, uint)> appended)
    {
        foreach (var ((epoch, sequence), told) in node.Events)
        {
            var id = (node.Plan.Name, epoch, sequence);
            appended.Add(id);
            if (held.ByName.TryGetValue(id, out var kept))
            {
                if (kept != told)
                    Altered.Add($"{Name(id)}: appended {told}, the log holds {kept}");
                continue;
            }
            bool isBurnt = sequence < node.OldestEvent && burnt.ByName.TryGetValue(id, out kept) && kept == told;
            if (!isBurnt)
                Lost.Add($"{Name(id)}: appended {told}, the log does not hold it");
        }
    }

    private void AddListed(HeldEvents held, IReadOnlyList<NodeEvent> listed)
    {
        var seen = new HashSet<(string, uint, uint)>();
        foreach (var item in listed)
        {
            var id = (item.Node, item.Epoch, item.Sequence);
            if (!seen.Add(id))
                Doubled.Add($"{Name(id)}: listed twice");
            var kept = held.ByName.GetValueOrDefault(id);
            if (kept == null || (kept.UtcSeconds, kept.Code, kept.A, kept.B) != (item.UtcSeconds, item.Code, item.A, item.B))
                Altered.Add($"{Name(id)}: the log holds {kept}, listed is {item}");
        }
        Lost.AddRange(held.ByName.Keys.Where(id => !seen.Contains(id)).Select(id => $"{Name(id)}: the log holds it, and it is not listed"));
    }

    private static string Name((string Node, uint Epoch, uint Sequence) id) => $"event {id.Node}/{id.Epoch:x8}/{id.Sequence}";
}
