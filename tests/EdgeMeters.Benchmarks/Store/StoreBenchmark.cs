using EdgeMeters.Benchmarks.Rival;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Store;

/// <summary>Bytes on disk of a reading.</summary>
internal static class StoreBenchmark
{
    private const int IntervalNodes = 8;
    private const int IntervalDays = 30;

    public static void Run(RunOptions options, StreetStore year)
    {
        using var intervals = StreetStore.Build(options, IntervalNodes, IntervalDays, 1);
        var table = new Table("store", "readings", "B/reading", "x log.db", "x log.db + views.db");
        Add(table, "came in blocks of a day", year);
        Add(table, "came in blocks of an interval", intervals);
        table.Print();
        double ours = PerReading(year, year.LogBytes + year.ViewsBytes);
        double rows = PerReading(year, year.RowsBytes(RowSchema.Keyed));
        Console.Out.WriteLine($"store: log.db {PerReading(year, year.LogBytes):F2} B/reading and views.db {PerReading(year, year.ViewsBytes):F2} B/reading, "
            + $"rows {rows:F1} B/reading (smallest table) and {PerReading(year, year.RowsBytes(RowSchema.Plain)):F1} (usual table), "
            + $"ratio {rows / ours:F1} and {PerReading(year, year.RowsBytes(RowSchema.Plain)) / ours:F1}; "
            + $"in blocks of an interval {PerReading(intervals, intervals.LogBytes):F1} and {PerReading(intervals, intervals.ViewsBytes):F2}, "
            + $"ratio {(double)intervals.RowsBytes(RowSchema.Keyed) / (intervals.LogBytes + intervals.ViewsBytes):F1}");
    }

    private static void Add(Table table, string how, StreetStore street)
    {
        AddOne($"log.db, {how}", street.LogBytes);
        AddOne($"views.db, {how}", street.ViewsBytes);
        AddOne("rows: meters numbered, row in the key", street.RowsBytes(RowSchema.Keyed));
        AddOne("rows: serial and register in each, unique index", street.RowsBytes(RowSchema.Plain));

        void AddOne(string name, long bytes) => table.Add(name, $"{street.Readings:N0}", $"{PerReading(street, bytes):F2}",
            $"{(double)bytes / street.LogBytes:F1}", $"{(double)bytes / (street.LogBytes + street.ViewsBytes):F1}");
    }

    private static double PerReading(StreetStore street, long bytes) => (double)bytes / street.Readings;
}
