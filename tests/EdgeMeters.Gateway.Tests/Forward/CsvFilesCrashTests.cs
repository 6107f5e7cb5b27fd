using CsCheck;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.CsvFiles;

namespace EdgeMeters.Gateway.Tests.Forward;

/// <summary>The process, or the power, ends at any byte of any batch: every key lies in the files exactly once.</summary>
public sealed class CsvFilesCrashTests
{
    private const int ItemsInAll = 60;

    /// <summary>What happens after one batch.</summary>
    private enum Fate
    {
        /// <summary>The gateway settles it.</summary>
        Settled,

        /// <summary>The process ends: of what the batch appended, a first part is there.</summary>
        Killed,

        /// <summary>The power ends: the files have their new lengths, and of what was appended a first part; the rest is zeros.</summary>
        PowerLost,

        /// <summary>The process ends before the undo note is in its place.</summary>
        KilledBeforeTheNote,

        /// <summary>Settled, and then the utility takes a file away.</summary>
        SettledAndTaken,
    }

    private static readonly Gen<(int Count, int Kept, Fate Fate)[]> Histories = Gen.Select(
        Gen.Int[1, 15], Gen.Int[0, 1000], Gen.Enum<Fate>()).Array[1, 25];

    [Fact]
    public void Every_key_is_there_exactly_once_wherever_the_process_or_the_power_ends()
    {
        Gen.Select(Histories, Gen.Int[1, 6]).Sample((history, days) => Live(history, days).GetAwaiter().GetResult(), iter: 100);
    }

    [Fact]
    public async Task Every_byte_of_a_batch_is_a_place_where_it_can_end()
    {
        await using var probe = new CsvHeadEnd();
        var batch = Enumerable.Range(2, 2).Select(number => OnDay(number, number % 2)).ToArray();
        int appended = await AppendAsync(probe, 0, batch);
        for (int kept = 0; kept <= appended; kept++)
        {
            await using var headEnd = new CsvHeadEnd();
            await AppendAsync(headEnd, kept, batch);
        }

        static async Task<int> AppendAsync(CsvHeadEnd headEnd, int kept, ForwardItem[] batch)
        {
            string? position;
            int appended;
            await using (var forwarder = headEnd.Connect())
            {
                position = (await forwarder.SendAsync([OnDay(1, 0)], null, CancellationToken.None)).Position;
                var before = Lengths(headEnd);
                await forwarder.SendAsync(batch, position, CancellationToken.None);
                appended = Lengths(headEnd).Sum(file => (int)(file.Value - before.GetValueOrDefault(file.Key)));
                Cut(headEnd, before, batch, kept, withZeros: false);
            }
            await using (var forwarder = headEnd.Connect())
                Assert.Null((await forwarder.SendAsync(batch, position, CancellationToken.None)).Error);
            Assert.Equal(
                Items.Keys([OnDay(1, 0), .. batch]).Order(StringComparer.Ordinal), (await headEnd.KeysAsync()).Order(StringComparer.Ordinal));
            return appended;
        }
    }

    private static async Task<bool> Live((int Count, int Kept, Fate Fate)[] history, int days)
    {
        await using var headEnd = new CsvHeadEnd();
        var items = Enumerable.Range(0, ItemsInAll).Select(number => OnDay(number, number * 7 % days)).ToArray();
        var forwarder = headEnd.Connect();
        string? position = null;
        int settled = 0;
        // After the history the rest goes through, so that each history ends with all of it written.
        foreach (var (count, kept, fate) in history.Append((ItemsInAll, 0, Fate.Settled)))
        {
            var batch = items.Skip(settled).Take(count).ToArray();
            if (batch.Length == 0)
                break;
            var before = Lengths(headEnd);
            byte[]? note = Note(headEnd);
            var result = await forwarder.SendAsync(batch, position, CancellationToken.None);
            Assert.Null(result.Error);
            if (fate is Fate.Settled or Fate.SettledAndTaken)
            {
                position = result.Position;
                settled += batch.Length;
                if (fate == Fate.SettledAndTaken)
                    headEnd.Take(Lengths(headEnd).Keys.Order(StringComparer.Ordinal).First());
                continue;
            }
            await forwarder.DisposeAsync();
            Cut(headEnd, before, batch, fate == Fate.KilledBeforeTheNote ? 0 : kept, fate == Fate.PowerLost);
            if (fate == Fate.KilledBeforeTheNote)
                Restore(headEnd, note);
            forwarder = headEnd.Connect();
        }
        await forwarder.DisposeAsync();
        Assert.Equal(Items.Keys(items).Order(StringComparer.Ordinal), (await headEnd.KeysAsync()).Order(StringComparer.Ordinal));
        return true;
    }

    private static Dictionary<string, long> Lengths(CsvHeadEnd headEnd) => Directory.Exists(headEnd.Directory)
        ? Directory.EnumerateFiles(headEnd.Directory, "intervals-*.csv").ToDictionary(path => path, path => new FileInfo(path).Length)
        : [];

    /// <summary>Leaves the first bytes of what a batch appended, in the order in which its files were written.</summary>
    private static void Cut(CsvHeadEnd headEnd, Dictionary<string, long> before, ForwardItem[] batch, int kept, bool withZeros)
    {
        var inOrder = batch.Select(item => headEnd.PathOf(FileOf(item))).Distinct();
        foreach (string path in inOrder)
        {
            long lengthBefore = before.GetValueOrDefault(path);
            long lengthAfter = new FileInfo(path).Length;
            long left = Math.Min(kept, lengthAfter - lengthBefore);
            kept -= (int)left;
            using (var file = new FileStream(path, FileMode.Open))
            {
                file.SetLength(lengthBefore + left);
                if (withZeros)
                    file.SetLength(lengthAfter);
            }
            if (!before.ContainsKey(path) && left == 0 && !withZeros)
                File.Delete(path);
        }
    }

    private static byte[]? Note(CsvHeadEnd headEnd) =>
        File.Exists(headEnd.PathOf(LastBatch.FileName)) ? File.ReadAllBytes(headEnd.PathOf(LastBatch.FileName)) : null;

    private static void Restore(CsvHeadEnd headEnd, byte[]? note)
    {
        string path = headEnd.PathOf(LastBatch.FileName);
        File.Move(path, path + ".next", overwrite: true);
        if (note is not null)
            File.WriteAllBytes(path, note);
    }

    private static string FileOf(ForwardItem item) =>
        DateTimeOffset.FromUnixTimeSeconds(item.Interval.EndUtcSeconds).ToOffset(TimeSpan.FromHours(8)).ToString("'intervals-'yyyy-MM-dd'.csv'");

    private static ForwardItem OnDay(int number, int day) => Items.At(number, Items.MidnightUtcSeconds + 3_600 + 86_400 * (uint)day);
}
