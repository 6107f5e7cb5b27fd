using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Says which rows of a block were taken in before and pruned: a block that is sent again does not bring them back.</summary>
internal sealed class PrunedRows(SqliteConnection connection)
{
    private readonly SqliteCommand _stretches = connection.Prepare("SELECT first, last FROM pruned WHERE node=$1 AND epoch=$2 AND last>=$3 ORDER BY last", 3);

    /// <summary>False while nothing was ever pruned.</summary>
    public bool IsAny { get; set; } = connection.ScalarLong("SELECT pruned FROM state") > 0;

    public bool[] Rows(SqliteTransaction transaction, string node, ReadingBlock block)
    {
        bool[] isPruned = new bool[block.Rows];
        if (!IsAny)
            return isPruned;
        long end = block.FirstSequence + (long)block.Rows;
        _stretches.Transaction = transaction;
        using var rows = _stretches.With(node, (long)block.Epoch, (long)block.FirstSequence).ExecuteReader();
        while (rows.Read() && rows.GetInt64(0) < end)
        {
            long from = Math.Max(0, rows.GetInt64(0) - block.FirstSequence);
            long through = Math.Min(block.Rows - 1, rows.GetInt64(1) - block.FirstSequence);
            Array.Fill(isPruned, true, (int)from, (int)(through - from + 1));
        }
        return isPruned;
    }
}
