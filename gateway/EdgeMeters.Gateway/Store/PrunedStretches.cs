using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Consecutive sequences of a journal that were pruned, as the projections keep them: by their last.</summary>
internal sealed class PrunedStretches
{
    private readonly Dictionary<(string Node, uint Epoch), List<(uint First, uint Last)>> _stretches = [];

    public void Add(string node, uint epoch, uint sequence)
    {
        if (!_stretches.TryGetValue((node, epoch), out var stretches))
            _stretches.Add((node, epoch), stretches = []);
        if (stretches.Count > 0 && sequence == stretches[^1].Last + 1)
            stretches[^1] = (stretches[^1].First, sequence);
        else
            stretches.Add((sequence, sequence));
    }

    public void Write(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var insert = connection.Prepare("INSERT INTO pruned(node, epoch, last, first) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING", 4);
        insert.Transaction = transaction;
        foreach (var (stream, stretches) in _stretches.OrderBy(s => s.Key.Node, StringComparer.Ordinal).ThenBy(s => s.Key.Epoch))
        {
            foreach (var (first, last) in stretches)
                insert.With(stream.Node, (long)stream.Epoch, (long)last, (long)first).ExecuteNonQuery();
        }
    }
}
