using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Looks through entries of a node for rows that are plain, and makes of each entry what is left of it.</summary>
/// <param name="settled">The latest entry that every destination has settled.</param>
internal sealed class PruningFindings(SqliteConnection log, SqliteConnection views, ChannelCatalog catalog, RuleBook book, long settled)
{
    private readonly ReadingBlockReader _reader = new();

    /// <summary>Registers looked at.</summary>
    public long ReadingsSeen { get; private set; }

    /// <summary>Registers that go.</summary>
    public long Readings { get; private set; }

    public IEnumerable<(long Entry, byte[] Body, byte[] Pruned)> Of(string node, IReadOnlyList<long> entries)
    {
        var blocks = entries.Where(IsExplained).Select(Read).ToList();
        foreach (var journal in blocks.GroupBy(b => (b.Block.Epoch, b.Block.LayoutId)))
        {
            var channels = catalog.OfLayout(views, null, node, journal.Key.LayoutId);
            if (channels.Count == 0 || journal.Any(b => b.Block.Channels != channels.Count))
                continue;
            var plain = PlainSequences(channels, [.. journal.Select(b => b.Block)]);
            foreach (var (entry, body, block) in journal)
            {
                bool[] isKept = [.. Enumerable.Range(0, block.Rows).Select(row => !plain.Contains(block.FirstSequence + (uint)row))];
                int going = isKept.Count(kept => !kept) * block.Channels;
                if (going == 0 || PrunedBlock.Of(body, block, isKept) is not (var left, var pruned))
                    continue;
                Readings += going;
                yield return (entry, left, pruned);
            }
        }
    }

    // Readings that waited for their layout come to the head-ends with it.
    private bool IsExplained(long entry)
    {
        using var command = views.Prepare("SELECT coalesce(explained_by, $2) FROM waiting WHERE entry=$1", 2);
        return command.With(entry, long.MaxValue).ExecuteScalar() is not long explained || explained <= settled;
    }

    private (long Entry, byte[] Body, ReadingBlock Block) Read(long entry)
    {
        using var command = log.Prepare("SELECT body FROM entry WHERE id=$1", 1);
        byte[] body = (byte[])command.With(entry).ExecuteScalar()!;
        var block = new ReadingBlock(Limits.ReadingsPerBlockMax);
        if (_reader.TryRead(body, body.Length, block) != BlockError.None)
            throw new LogDamagedException(new LogEntry(entry, LogEntryKind.Readings, "", 0, body));
        ReadingsSeen += block.Rows * block.Channels;
        return (entry, body, Trimmed(block));
    }

    // A block's room for the most readings would be most of what this takes.
    private static ReadingBlock Trimmed(ReadingBlock block)
    {
        var trimmed = new ReadingBlock(block.Rows * block.Channels)
        {
            Epoch = block.Epoch,
            LayoutId = block.LayoutId,
            FirstSequence = block.FirstSequence,
            StartUtcSeconds = block.StartUtcSeconds,
            PeriodSeconds = block.PeriodSeconds,
            Clock = block.Clock,
            Rows = block.Rows,
            Channels = block.Channels,
        };
        Array.Copy(block.Registers, trimmed.Registers, trimmed.Registers.Length);
        Array.Copy(block.Qualities, trimmed.Qualities, trimmed.Qualities.Length);
        return trimmed;
    }

    private HashSet<uint> PlainSequences(IReadOnlyList<CatalogChannel> channels, IReadOnlyList<ReadingBlock> blocks)
    {
        using var assignmentsOf = Assignment.PrepareOfSeries(views);
        var assignments = channels.Select(c => Assignment.OfSeries(assignmentsOf, c.Series)).ToList();
        var rules = assignments.Select(list => list.Select(a => (Rules: RulesOf(a.Point), a.Service.MultiplierMillionths)).Distinct().ToList()).ToList();
        List<uint> edges = [.. assignments.SelectMany(list => list).SelectMany(EdgesOf).Distinct().Order()];
        var rows = new PlainRows([.. channels.Select(c => c.Layout)], LimitOf, edges, DaysOfBegins(channels));
        BlockRow[] inOrder =
        [
            .. blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => new BlockRow(block, row)))
                .OrderBy(row => row.Sequence).DistinctBy(row => row.Sequence),
        ];
        bool[] isPlain = rows.Among(inOrder);
        return [.. inOrder.Where((_, i) => isPlain[i]).Select(row => row.Sequence)];

        long? LimitOf(int channel, long seconds) => rules[channel].Min(r => r.Rules.LimitOf(seconds, r.MultiplierMillionths, channels[channel].Layout));
    }

    // The first reading of a journal's lifetime is judged from what lies before it by label, whatever lifetime that is of.
    private HashSet<long> DaysOfBegins(IReadOnlyList<CatalogChannel> channels)
    {
        using var command = views.Prepare(
            "SELECT day FROM span s WHERE series=$1 AND first=(SELECT min(first) FROM span WHERE series=s.series AND epoch=s.epoch)", 1);
        var days = new HashSet<long>();
        foreach (var channel in channels)
        {
            using var rows = command.With(channel.Series).ExecuteReader();
            while (rows.Read())
            {
                days.Add(rows.GetInt64(0));
                days.Add(rows.GetInt64(0) - 1);
            }
        }
        return days;
    }

    private ValidationRules RulesOf(MeteringPoint point)
    {
        using var command = views.Prepare("SELECT class FROM point WHERE id=$1", 1);
        return book.Of(point.Carrier, command.With(point.Id).ExecuteScalar() is long pointClass ? (PointClass)pointClass : PointClass.Unstated);
    }

    private List<uint> EdgesOf(Assignment assignment)
    {
        using var command = views.Prepare("SELECT end_utc FROM edit WHERE point=$1", 1);
        using var rows = command.With(assignment.Point.Id).ExecuteReader();
        List<uint> edges = [assignment.Service.AfterUtcSeconds, assignment.Service.ThroughUtcSeconds];
        while (rows.Read())
            edges.Add((uint)rows.GetInt64(0));
        return edges;
    }
}
