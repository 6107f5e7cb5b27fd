using EdgeMeters.Gateway.Core;
using EdgeMeters.Wire;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Says which sequences of a node the log holds. Safe from any thread.</summary>
/// <remarks>
/// What was once found complete is remembered for each node, so that a node's whole journal is looked through once a start and not with every hello.
/// </remarks>
public sealed class HeldRanges : IHeldRanges, IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;
    private readonly Dictionary<(string Node, BlockKind Kind), Run> _runs = [];

    public HeldRanges(StoreFiles files)
    {
        _connection = files.OpenLogReader();
        // No block holds more rows than the wire's limit, so nothing that begins further back can reach this far.
        _select = _connection.Prepare(
            $"""
            SELECT first, last FROM range WHERE node=(SELECT id FROM node WHERE name=$1) AND kind=$2 AND epoch=$3
            AND first>=$4-{Limits.ReadingsPerBlockMax} AND first<=$5 AND last>=$4 ORDER BY first
            """, 5);
    }

    public SequenceRange? FirstGap(string node, BlockKind kind, uint epoch, uint first, uint last)
    {
        lock (_lock)
        {
            _runs.TryGetValue((node, kind), out var run);
            bool isKnown = run.Epoch == epoch && run.First <= first && first <= run.Last + 1;
            long next = isKnown ? run.Last + 1 : first;
            long gapLast = last;
            try
            {
                using var rows = _select.With(node, (int)kind, (long)epoch, next, (long)last).ExecuteReader();
                while (rows.Read() && gapLast == last)
                {
                    if (rows.GetInt64(0) > next)
                        gapLast = rows.GetInt64(0) - 1;
                    else
                        next = Math.Max(next, rows.GetInt64(1) + 1);
                }
            }
            catch (SqliteException e)
            {
                throw new StoreUnavailableException($"What the log holds of {node} cannot be looked up: {e.Message}", e);
            }
            if (next > first)
                _runs[(node, kind)] = new Run(epoch, isKnown ? run.First : first, next - 1);
            return next <= last ? new SequenceRange((uint)next, (uint)gapLast) : null;
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Sequences that were found complete.</summary>
    private readonly record struct Run(uint Epoch, long First, long Last);
}
