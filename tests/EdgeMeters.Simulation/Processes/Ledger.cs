using System.Collections.Concurrent;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.Processes;

/// <summary>What is known at the ends: what the nodes made, what of it they hold a receipt for, and what came to the head-end.</summary>
/// <remarks>Readings are compared as sets by their identity, with the register; a reading of a silent meter has none.</remarks>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<ReadingId, Arrival> _arrivals = new();
    private long _repeated;
    private long _contradicted;

    /// <summary>Readings at the head-end, each counted once.</summary>
    public int Arrived => _arrivals.Count;

    /// <summary>Messages that came to the head-end again under a key it had.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>One message at the head-end.</summary>
    public void Receive(IntervalMessage message)
    {
        var id = new ReadingId(message.Id.Node, Convert.ToUInt32(message.Id.Epoch, 16), message.Id.Sequence, (byte)message.Id.Channel);
        var arrival = new Arrival(message.Value, message.End, message.Meter, message.Key, message.Consumption, message.Revision);
        if (_arrivals.TryAdd(id, arrival))
            return;
        Interlocked.Increment(ref _repeated);
        // What comes again must be the very same.
        if (_arrivals[id] != arrival)
            Interlocked.Increment(ref _contradicted);
    }

    /// <summary>Holds the head-end against what the nodes have receipts for.</summary>
    public LedgerCount CountAtHeadEnd(IReadOnlyList<LoadNode> nodes)
    {
        var count = new LedgerCount { Altered = Interlocked.Read(ref _contradicted) };
        long known = 0;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            for (int row = 0; row < node.RowsMade; row++)
            {
                for (int channel = 0; channel < LoadNode.Channels; channel++)
                {
                    bool isAcknowledged = row < node.RowsAcknowledged;
                    if (!_arrivals.TryGetValue(node.IdOf(row, channel), out var arrival))
                    {
                        count.Missing += isAcknowledged ? 1 : 0;
                        continue;
                    }
                    known++;
                    bool isRight = arrival.Register == node.RegisterOf(row, channel) && arrival.End == node.EndOf(row) && arrival.Meter == node.MeterOf(channel);
                    count.Altered += isRight && keys.Add(arrival.Key) ? 0 : 1;
                }
            }
        }
        count.Invented = _arrivals.Count - known;
        count.Readings = known;
        return count;
    }

    /// <summary>Holds readings as a log has them against what the nodes have receipts for.</summary>
    /// <param name="blocks">Blocks of readings with the node's name; what two of them tell of one reading must agree.</param>
    public static LedgerCount CountInLog(IReadOnlyList<LoadNode> nodes, IEnumerable<(string Node, ReadingBlock Block)> blocks)
    {
        var count = new LedgerCount();
        var byName = nodes.ToDictionary(n => n.Name, n => (Node: n, Held: new bool[n.RowsMade]), StringComparer.Ordinal);
        foreach (var (name, block) in blocks)
        {
            if (!byName.TryGetValue(name, out var known) || block.Epoch != known.Node.Epoch || block.Channels != LoadNode.Channels)
            {
                count.Invented += block.Rows * block.Channels;
                continue;
            }
            for (int i = 0; i < block.Rows; i++)
            {
                long row = block.FirstSequence + (long)i - 1;
                if (row >= known.Held.Length)
                {
                    count.Invented += block.Channels;
                    continue;
                }
                count.Altered += Differences(known.Node, (int)row, block, i);
                known.Held[row] = true;
            }
        }
        foreach (var (node, held) in byName.Values)
        {
            count.Missing += held.Take(node.RowsAcknowledged).LongCount(h => !h) * LoadNode.Channels;
            count.Readings += held.LongCount(h => h) * LoadNode.Channels;
        }
        return count;
    }

    private static int Differences(LoadNode node, int row, ReadingBlock block, int blockRow)
    {
        if (block.UtcSecondsOf(blockRow) != node.EndUtcSecondsOf(row) || block.LayoutId != node.LayoutId)
            return block.Channels;
        int different = 0;
        for (int channel = 0; channel < block.Channels; channel++)
        {
            int at = blockRow * block.Channels + channel;
            long? register = block.Qualities[at] == (byte)Quality.Missing ? null : block.Registers[at];
            if (register != node.RegisterOf(row, channel))
                different++;
        }
        return different;
    }

    private sealed record Arrival(long? Register, string End, string Meter, string Key, long? Consumption, long Revision);
}
