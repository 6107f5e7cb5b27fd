using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public sealed class EventBlockTests
{
    [Fact]
    public void Any_events_come_back_as_they_were()
    {
        WireGenerators.Events.Sample(block =>
        {
            byte[] bytes = Written(block);
            var read = new EventBlock();
            Assert.Equal(BlockError.None, HmacBlockMac.AnyNode().Verify(bytes, 0, bytes.Length));
            Assert.Equal(BlockError.None, new EventBlockCodec().TryRead(bytes, bytes.Length, read));
            WireAssert.Same(block, read);
            Assert.Equal(bytes, Written(read));
        }, iter: 2_000);
    }

    [Fact]
    public void Sixteen_of_the_longest_events_fit_the_smallest_block()
    {
        EventBlock block = Restart();
        block.Count = Limits.EventsPerBlockMax;
        Array.Fill(block.A, long.MinValue);
        Array.Fill(block.B, long.MaxValue);
        Assert.InRange(Written(block).Length, 400, Limits.BlockBytesMin);
    }

    [Fact]
    public void Events_are_written_whole_or_not_at_all_however_little_room_there_is()
    {
        int count = Written(Restart()).Length;
        for (int room = 0; room < count; room++)
            Assert.Equal(0, new EventBlockCodec().Write(HmacBlockMac.AnyNode(), Restart(), new byte[count], room));
    }

    [Fact]
    public void A_code_of_a_later_version_is_kept_as_it_is()
    {
        EventBlock block = Restart();
        block.Codes[0] = 200;
        byte[] bytes = Written(block);
        var read = new EventBlock();
        Assert.Equal(BlockError.None, new EventBlockCodec().TryRead(bytes, bytes.Length, read));
        Assert.Equal(200, read.Codes[0]);
    }

    public static TheoryData<string, Action<EventBlock>> Impossible { get; } = new()
    {
        { "Epoch", block => block.Epoch = 0 },
        { "Count", block => block.Count = 0 },
        { "Count", block => block.Count = Limits.EventsPerBlockMax + 1 },
        { "FirstSequence", block => block.FirstSequence = 0 },
        { "channel", block => block.Channels[0] = Limits.ChannelsMax },
        { "channel", block => block.Channels[0] = EventBlock.WholeNode - 1 },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Events_that_every_reader_would_refuse_are_a_bug_and_are_not_written(string named, Action<EventBlock> spoil)
    {
        EventBlock block = Restart();
        spoil(block);
        var thrown = Assert.Throws<ArgumentException>(() => Written(block));
        Assert.Contains(named, thrown.Message);
    }

    internal static EventBlock Restart()
    {
        var block = new EventBlock { Epoch = 0xC0FFEE01, LayoutId = 0x1234ABCD, FirstSequence = 3, Count = 2 };
        block.UtcSeconds[0] = 1_800_000_000;
        block.Codes[0] = (byte)EventCode.Started;
        block.Channels[0] = EventBlock.WholeNode;
        block.A[0] = -1;
        block.UtcSeconds[1] = 1_800_000_001;
        block.Codes[1] = (byte)EventCode.PulsesInDoubt;
        block.Channels[1] = 2;
        block.A[1] = 16;
        block.B[1] = 123_456;
        return block;
    }

    internal static byte[] Written(EventBlock block)
    {
        byte[] buffer = new byte[Limits.BlockBytesMax];
        return buffer[..new EventBlockCodec().Write(HmacBlockMac.AnyNode(), block, buffer, buffer.Length)];
    }
}
