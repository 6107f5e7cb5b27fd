using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Store;

/// <summary>The readings of one series whose intervals end within one UTC day, as they lie in the projection.</summary>
/// <remarks>
/// A body is a sequence of runs, each a varint length and a block of readings of the wire's own format with one channel and no key, whose
/// layout field is the number of the channel in the catalog. A run goes on as long as sequence, period and clock do.
/// </remarks>
internal sealed class DayRuns
{
    public const int SecondsPerDay = 86400;

    /// <summary>Of a varint.</summary>
    private const int LengthBytesMax = 10;

    private static readonly BlockEnvelope Envelope = new(new NoMac());

    // A whole block's room for every little run would be most of what this takes; each thread keeps its own.
    [ThreadStatic]
    private static ReadingBlock? _scratch;
    [ThreadStatic]
    private static byte[]? _scratchBytes;

    private readonly List<StoredRun> _runs = [];
    private readonly HashSet<uint> _shrunk = [];

    public IReadOnlyList<StoredRun> Runs => _runs;

    /// <summary>The day that an interval belongs to. One that ends at midnight belongs to the day that ends there.</summary>
    public static long DayOf(uint endUtcSeconds) => ((long)endUtcSeconds - 1) / SecondsPerDay;

    /// <exception cref="InvalidDataException">The body is damaged; the projections have to be made again.</exception>
    public static DayRuns Decode(byte[] body)
    {
        var day = new DayRuns();
        var lengths = new ByteReader();
        var reader = new ReadingBlockReader();
        var block = _scratch ??= new ReadingBlock(Limits.ReadingsPerBlockMax);
        lengths.Start(body, 0, body.Length);
        while (lengths.Remaining > 0)
        {
            ulong length = lengths.VarUInt();
            if (lengths.Failed || length > (ulong)lengths.Remaining)
                throw new InvalidDataException("A day of readings in the projections is cut short.");
            byte[] bytes = body.AsSpan(lengths.Position, (int)length).ToArray();
            var error = reader.TryRead(bytes, bytes.Length, block);
            if (error != BlockError.None)
                throw new InvalidDataException($"A day of readings in the projections is damaged: {error}.");
            day._runs.Add(new StoredRun(block));
            lengths.Skip((int)length);
        }
        return day;
    }

    /// <summary>Takes one reading away.</summary>
    /// <returns>False when there is none of that identity.</returns>
    public bool Remove(uint channel, uint epoch, uint sequence)
    {
        int at = _runs.FindIndex(run => run.Channel == channel && run.Epoch == epoch && run.Holds(sequence));
        if (at < 0)
            return false;
        var run = _runs[at];
        int i = (int)(sequence - run.FirstSequence);
        StoredRun[] rest = [.. new[] { run.Part(0, i), run.Part(i + 1, run.Count - i - 1) }.OfType<StoredRun>()];
        _runs.RemoveAt(at);
        _runs.InsertRange(at, rest);
        _shrunk.Add(epoch);
        return true;
    }

    /// <summary>The lifetimes of which the last reading was taken away since this was asked last.</summary>
    public List<uint> TakeEmptied()
    {
        var emptied = _shrunk.Where(epoch => !_runs.Exists(run => run.Epoch == epoch)).Order().ToList();
        _shrunk.Clear();
        return emptied;
    }

    public byte[] Encode()
    {
        using var body = new MemoryStream();
        var writer = new ReadingBlockWriter(Envelope);
        byte[] bytes = _scratchBytes ??= new byte[Limits.BlockBytesMax];
        foreach (var run in _runs)
            Write(run, 0, run.Count, writer, bytes, body);
        return body.ToArray();
    }

    // A run whose registers jump about may outgrow a block; its halves do not, and a single reading always fits.
    private static void Write(StoredRun run, int first, int count, ReadingBlockWriter writer, byte[] bytes, MemoryStream body)
    {
        int written = writer.Write(run.ToBlock(first, count), count, bytes, bytes.Length);
        if (written == 0)
        {
            Write(run, first, count / 2, writer, bytes, body);
            Write(run, first + count / 2, count - count / 2, writer, bytes, body);
            return;
        }
        var lengths = new ByteWriter();
        byte[] length = new byte[LengthBytesMax];
        lengths.Start(length, 0, length.Length);
        lengths.VarUInt((ulong)written);
        body.Write(length, 0, lengths.Position);
        body.Write(bytes, 0, written);
    }

    /// <summary>Adds one reading.</summary>
    /// <returns>False when a reading of the same identity is there already; nothing is changed then.</returns>
    public bool TryAdd(uint channel, ReadingBlock block, int row, int column)
    {
        uint sequence = block.FirstSequence + (uint)row;
        foreach (var run in _runs)
        {
            if (run.Channel == channel && run.Epoch == block.Epoch && run.Holds(sequence))
                return false;
        }
        uint end = block.UtcSecondsOf(row);
        int at = row * block.Channels + column;
        var last = _runs.Count > 0 ? _runs[^1] : null;
        if (last == null || !last.TryExtend(channel, block, sequence, end))
        {
            last = new StoredRun(channel, block.Epoch, sequence, end, block.Clock);
            _runs.Add(last);
        }
        last.Add(block.Registers[at], block.Qualities[at]);
        return true;
    }
}
