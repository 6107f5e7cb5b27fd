using EdgeMeters.Gateway.Store;
using EdgeMeters.Simulation.Disk;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>The events that gateways' logs hold, as a set: blocks may overlap, what two of them tell of one event must agree.</summary>
internal sealed class HeldEvents
{
    private const int EntriesMax = 2048;

    private readonly EventBlockCodec _codec = new();
    private readonly EventBlock _block = new();

    public Dictionary<(string Node, uint Epoch, uint Sequence), EventTruth> ByName { get; } = [];

    /// <summary>Events of which two blocks tell different things.</summary>
    public List<(string Node, uint Epoch, uint Sequence)> Contradictions { get; } = [];

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">There is no log on the disk.</exception>
    public void Add(SimulatedDisk disk)
    {
        using var reader = new LogReader(StoreFiles.OpenOn(disk));
        for (var entries = reader.Read(0, EntriesMax); entries.Count > 0; entries = reader.Read(entries[^1].Number, EntriesMax))
        {
            foreach (var entry in entries.Where(e => e.Kind == LogEntryKind.Events))
                Add(entry);
        }
    }

    private void Add(LogEntry entry)
    {
        if (_codec.TryRead(entry.Body, entry.Body.Length, _block) != BlockError.None)
            throw new BrokenPromiseException($"entry {entry.Number} of the log, events of {entry.Node}, cannot be read");
        for (int i = 0; i < _block.Count; i++)
        {
            var id = (entry.Node, _block.Epoch, _block.FirstSequence + (uint)i);
            var told = EventTruth.Of(_block, i);
            if (!ByName.TryAdd(id, told) && ByName[id] != told)
                Contradictions.Add(id);
        }
    }
}
