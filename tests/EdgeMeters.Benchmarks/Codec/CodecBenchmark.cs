using EdgeMeters.Benchmarks.Support;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;

namespace EdgeMeters.Benchmarks.Codec;

/// <summary>Bytes of a reading on the wire, and the processor's time to write and to read one.</summary>
internal static class CodecBenchmark
{
    /// <summary>The narrow network's budget for a household's day of quarter-hours. It depends on the seed alone, so a breach fails the run.</summary>
    private const double BytesPerReadingMax = 1.5;

    private const int ReadingsPerSample = 24_000;
    private const int ChannelsOfTheClaim = 4;

    private static readonly TimeSpan PhaseMin = TimeSpan.FromMilliseconds(40);

    public static void Run(RunOptions options)
    {
        var table = new Table("form", "channels", "B/reading", "x block", "write ns", "x block", "read ns", "x block");
        string result = "";
        foreach (int channels in new[] { 1, ChannelsOfTheClaim, 16 })
        {
            Day[] days = [.. Enumerable.Range(0, ReadingsPerSample / (96 * channels)).Select(n => new Day(n, channels, options.Seed))];
            Contender[] contenders = [.. Forms().Select(form => new Contender(form, days))];
            var figures = Rounds.Alternate($"codec, {channels} channels", contenders, options.Rounds, c => c.Measure(PhaseMin));
            var medians = figures.Select(f => (
                WriteNs: Statistics.Median(f.Select(x => x.WriteNs)), ReadNs: Statistics.Median(f.Select(x => x.ReadNs)))).ToArray();
            for (int i = 0; i < contenders.Length; i++)
            {
                table.Add(contenders[i].Name, $"{channels}", $"{contenders[i].BytesPerReading:F2}",
                    $"{contenders[i].BytesPerReading / contenders[0].BytesPerReading:F1}", $"{medians[i].WriteNs:F0}",
                    $"{medians[i].WriteNs / medians[0].WriteNs:F1}", $"{medians[i].ReadNs:F0}", $"{medians[i].ReadNs / medians[0].ReadNs:F1}");
            }
            if (channels != ChannelsOfTheClaim)
                continue;
            var (block, json) = (contenders[0], contenders.Single(c => c.Form is LeanJsonForm));
            result = $"codec: {block.BytesPerReading:F2} B/reading (4 channels), JSON {json.BytesPerReading:F1} B/reading, "
                + $"ratio {json.BytesPerReading / block.BytesPerReading:F0}; write {medians[0].WriteNs:F0} ns, read {medians[0].ReadNs:F0} ns";
            if (block.BytesPerReading > BytesPerReadingMax)
                throw new WrongResultException($"A reading takes {block.BytesPerReading:F2} B, the budget is {BytesPerReadingMax} B.");
        }
        table.Print();
        Console.Out.WriteLine(result);
    }

    private static ReadingForm[] Forms() =>
    [
        new BlockForm("block, HMAC (as sent)", node => new HmacBlockMac(node.Name, node.Key)),
        new BlockForm("block without a key", _ => new NoMac()),
        new VarintForm(),
        new PackedJsonForm(),
        new CborForm(),
        new LeanJsonForm(),
        new FullJsonForm(),
    ];

    private sealed class Contender
    {
        private readonly Day[] _days;
        private readonly byte[][][] _messages;
        private readonly long _readings;
        private readonly long _sum;

        public Contender(ReadingForm form, Day[] days)
        {
            Form = form;
            _days = days;
            _readings = days.Sum(d => (long)d.Readings);
            _sum = days.Aggregate(0L, (sum, day) => unchecked(sum + day.Sum));
            long bytes = 0;
            _messages = [.. days.Select(day =>
            {
                var messages = new List<byte[]>();
                bytes += form.Write(day, messages.Add);
                return messages.ToArray();
            })];
            BytesPerReading = (double)bytes / _readings;
        }

        public ReadingForm Form { get; }

        public string Name => Form.Name;

        public double BytesPerReading { get; }

        public (double WriteNs, double ReadNs) Measure(TimeSpan phaseMin) => (
            NsPerReading(phaseMin, () =>
            {
                foreach (var day in _days)
                    Form.Write(day, null);
            }),
            NsPerReading(phaseMin, () =>
            {
                long sum = 0;
                for (int i = 0; i < _days.Length; i++)
                    sum = unchecked(sum + Form.Read(_days[i], _messages[i]));
                if (sum != _sum)
                    throw new WrongResultException($"{Name}: the registers that were read are not those that were written.");
            }));

        // The processor's time and not the clock's: on a shared machine the clock counts the others too.
        private double NsPerReading(TimeSpan phaseMin, Action pass)
        {
            var began = Environment.CpuUsage.TotalTime;
            TimeSpan spent;
            int passes = 0;
            do
            {
                pass();
                passes++;
                spent = Environment.CpuUsage.TotalTime - began;
            }
            while (spent < phaseMin);
            return spent.TotalNanoseconds / passes / _readings;
        }
    }
}
