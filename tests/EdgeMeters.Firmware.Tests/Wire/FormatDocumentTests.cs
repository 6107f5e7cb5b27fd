using System.Globalization;
using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

/// <summary>Holds firmware/FORMAT.md to the code: its worked blocks are read, compared with what it says of them, and written again.</summary>
public sealed partial class FormatDocumentTests
{
    private static readonly string Document = File.ReadAllText(Repository.PathOf("firmware", "FORMAT.md"));

    [Fact]
    public void The_worked_readings_say_what_the_document_says()
    {
        byte[] bytes = Dump("hex readings");
        Dictionary<string, string> stated = StatedUnder("### Readings");
        BlockEnvelope envelope = Envelope();
        Assert.Equal(BlockError.None, envelope.Verify(bytes, 0, bytes.Length));
        var block = new ReadingBlock(Limits.ReadingsPerBlockMax);
        Assert.Equal(BlockError.None, new ReadingBlockReader().TryRead(bytes, bytes.Length, block));

        Assert.Equal(stated["Epoch"], $"0x{block.Epoch:X8}");
        Assert.Equal(stated["LayoutId"], $"0x{block.LayoutId:X8}");
        Assert.Equal(stated["FirstSequence"], $"{block.FirstSequence}");
        Assert.Equal(stated["Rows"], $"{block.Rows}");
        Assert.Equal(stated["Channels"], $"{block.Channels}");
        Assert.Equal(stated["Clock"], $"{block.Clock}");
        Assert.Equal(stated["StartUtcSeconds"], $"{block.StartUtcSeconds}");
        Assert.Equal(stated["PeriodSeconds"], $"{block.PeriodSeconds}");
        for (int row = 0; row < block.Rows; row++)
        {
            IEnumerable<string> readings = Enumerable.Range(row * block.Channels, block.Channels)
                .Select(i => $"{block.Registers[i]} {(Quality)block.Qualities[i]}");
            Assert.Equal(stated[$"Row {row}"], string.Join(", ", readings));
        }
        Assert.Equal(8 + block.Rows, stated.Count);

        byte[] again = new byte[Limits.BlockBytesMax];
        int count = new ReadingBlockWriter(envelope).Write(block, block.Rows, again, again.Length);
        Assert.Equal(bytes, again[..count]);
    }

    [Fact]
    public void The_worked_layout_says_what_the_document_says()
    {
        byte[] bytes = Dump("hex layout");
        Dictionary<string, string> stated = StatedUnder("### Layout");
        BlockEnvelope envelope = Envelope();
        Assert.Equal(BlockError.None, envelope.Verify(bytes, 0, bytes.Length));
        Assert.Equal(BlockError.None, LayoutCodec.TryReadBlock(bytes, bytes.Length, out ChannelLayout[] channels, out uint layoutId));

        Assert.Equal(stated["LayoutId"], $"0x{layoutId:X8}");
        for (int i = 0; i < channels.Length; i++)
        {
            ChannelLayout channel = channels[i];
            Assert.Equal(
                stated[$"Channel {i}"],
                $"{channel.MeterSerial} {channel.Register} {channel.Unit} {channel.Numerator}/{channel.Denominator} modulus {channel.Modulus} rate {channel.RateMaxPerHour}");
        }
        Assert.Equal(1 + channels.Length, stated.Count);

        byte[] body = new byte[Limits.LayoutBytesMax];
        byte[] again = new byte[Limits.BlockBytesMax];
        int count = LayoutCodec.WriteBlock(envelope, body, LayoutCodec.Write(channels, body), again, again.Length);
        Assert.Equal(bytes, again[..count]);
    }

    [Fact]
    public void The_worked_events_say_what_the_document_says()
    {
        byte[] bytes = Dump("hex events");
        Dictionary<string, string> stated = StatedUnder("### Events");
        BlockEnvelope envelope = Envelope();
        Assert.Equal(BlockError.None, envelope.Verify(bytes, 0, bytes.Length));
        var block = new EventBlock();
        Assert.Equal(BlockError.None, new EventBlockCodec().TryRead(bytes, bytes.Length, block));

        Assert.Equal(stated["Epoch"], $"0x{block.Epoch:X8}");
        Assert.Equal(stated["LayoutId"], $"0x{block.LayoutId:X8}");
        Assert.Equal(stated["FirstSequence"], $"{block.FirstSequence}");
        for (int i = 0; i < block.Count; i++)
            Assert.Equal(stated[$"Event {i}"], $"{block.UtcSeconds[i]} {(EventCode)block.Codes[i]} {block.Channels[i]} {block.A[i]} {block.B[i]}");
        Assert.Equal(3 + block.Count, stated.Count);

        byte[] again = new byte[Limits.BlockBytesMax];
        Assert.Equal(bytes, again[..new EventBlockCodec().Write(envelope, block, again, again.Length)]);
    }

    [Fact]
    public void Every_limit_in_the_document_is_the_limit_in_the_code()
    {
        Dictionary<string, string> stated = StatedUnder("## Limits");
        Assert.Equal(8, stated.Count);
        Assert.All(stated, limit =>
        {
            object? constant = typeof(Limits).GetField(limit.Key)?.GetRawConstantValue();
            Assert.Equal(limit.Value, Convert.ToString(constant, CultureInfo.InvariantCulture));
        });
        Assert.Contains($"{Limits.BlockBytesMin} bytes (BlockBytesMin)", Document);
    }

    [Fact]
    public void Every_refusal_and_every_event_has_its_line()
    {
        Dictionary<string, string> refusals = StatedUnder("## Refusals");
        Assert.Equal(Enum.GetNames<BlockError>().Where(name => name != nameof(BlockError.None)).Order(), refusals.Keys.Order());
        Assert.All(Enum.GetValues<EventCode>(), code => Assert.Contains($"\n| {(byte)code} | {code} |", Document));
    }

    private static BlockEnvelope Envelope()
    {
        byte[] key = Hex(Fence("key").Trim());
        Match name = Regex.Match(Document, "The node is `(?<name>[^`]+)`");
        Assert.True(name.Success, "FORMAT.md no longer names the node of its worked blocks");
        return new BlockEnvelope(new HmacBlockMac(key, name.Groups["name"].Value));
    }

    // Bytes of a dump whose lines are "offset: bytes | what they are"; the offsets must be right too.
    private static byte[] Dump(string fence)
    {
        var bytes = new List<byte>();
        foreach (string line in Fence(fence).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Match match = DumpLine().Match(line);
            Assert.True(match.Success, $"FORMAT.md: not a line of a dump: {line}");
            Assert.Equal($"{bytes.Count:X2}", match.Groups["offset"].Value);
            bytes.AddRange(Hex(match.Groups["bytes"].Value));
        }
        return [.. bytes];
    }

    private static string Fence(string name)
    {
        string opening = $"```{name}\n";
        int start = Document.IndexOf(opening, StringComparison.Ordinal) + opening.Length;
        Assert.True(start >= opening.Length, $"FORMAT.md has no block ```{name}");
        return Document[start..Document.IndexOf("```", start, StringComparison.Ordinal)];
    }

    // The first two columns of the table under a heading.
    private static Dictionary<string, string> StatedUnder(string heading)
    {
        // The worked blocks come last: their headings share names with nothing after them.
        int start = Document.LastIndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"FORMAT.md has no heading {heading}");
        return Document[(start + 1)..].Split('\n').Skip(1)
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1], cells => cells[2]);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", ""));

    [GeneratedRegex(@"^(?<offset>[0-9A-F]{2}): (?<bytes>[0-9A-F]{2}( [0-9A-F]{2})*) +\| \S.*$")]
    private static partial Regex DumpLine();
}
