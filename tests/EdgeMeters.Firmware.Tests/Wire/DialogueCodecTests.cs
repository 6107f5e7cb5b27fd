using CsCheck;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

public class DialogueCodecTests
{
    private readonly DialogueCodec _codec = new();
    private readonly BlockEnvelope _envelope = HmacBlockMac.AnyNode();
    private readonly byte[] _block = new byte[Limits.BlockBytesMin];

    private static readonly Gen<uint> StartNumber = Gen.UInt[1, uint.MaxValue];

    [Fact]
    public void Every_hello_comes_back_as_it_was()
    {
        Gen<(uint, uint)> journal = Gen.Select(StartNumber, Gen.UInt);
        Gen.Select(StartNumber, Gen.UInt, Gen.UInt, Gen.Byte, Gen.UShort, StartNumber, journal, journal).Sample((start, number, last, board, station, epoch, rows, events) =>
        {
            var hello = new Hello
            {
                StartNumber = start, Number = number, LastCommand = last, ApplicationVersion = last ^ number, ConfigurationVersion = last ^ start, Board = board,
                ImageTransfer = last, ImageOffset = number, Station = station, Epoch = epoch, OldestRow = rows.Item1, ReleasedRow = rows.Item2,
                OldestEvent = events.Item1, ReleasedEvent = events.Item2, IsResending = board % 2 == 1,
            };
            int count = _codec.Write(_envelope, hello, _block, _block.Length);
            var read = new Hello();
            Assert.Equal(BlockError.None, _codec.TryRead(_block, count, read));
            Assert.Equivalent(hello, read, strict: true);
        }, threads: 1);
    }

    [Fact]
    public void Every_time_comes_back_as_it_was()
    {
        Gen.Select(StartNumber, Gen.UInt, Gen.Long[0, 1000L * uint.MaxValue]).Sample((start, number, utcMs) =>
        {
            var time = new TimeAnswer { StartNumber = start, HelloNumber = number, UtcMs = utcMs };
            int count = _codec.Write(_envelope, time, _block, _block.Length);
            var read = new TimeAnswer();
            Assert.Equal(BlockError.None, _codec.TryRead(_block, count, read));
            Assert.Equivalent(time, read, strict: true);
        }, threads: 1);
    }

    [Fact]
    public void Every_command_comes_back_as_it_was()
    {
        Gen.Select(StartNumber, StartNumber, Gen.Byte, Gen.Byte, Gen.Long, Gen.Long).Sample((start, number, code, channel, a, b) =>
        {
            var command = new Command { StartNumber = start, Number = number, Code = code, Channel = channel, A = a, B = b };
            int count = _codec.Write(_envelope, command, _block, _block.Length);
            var read = new Command();
            Assert.Equal(BlockError.None, _codec.TryRead(_block, count, read));
            Assert.Equivalent(command, read, strict: true);
        }, threads: 1);
    }

    [Fact]
    public void Every_admission_comes_back_as_it_was()
    {
        Gen<int> growth = Gen.OneOf(Gen.Const(0), Gen.Int[Admission.GrowthPercentMin, Admission.GrowthPercentMax]);
        Gen.Select(StartNumber, Gen.UInt, Gen.Int[0, Admission.WaitSecondsMax], Gen.Int[0, Limits.PeriodSecondsMax - 1], growth).Sample((start, number, wait, slot, percent) =>
        {
            var admission = new Admission { StartNumber = start, HelloNumber = number, WaitSeconds = wait, SlotSeconds = slot, GrowthPercent = percent };
            int count = _codec.Write(_envelope, admission, _block, _block.Length);
            var read = new Admission();
            Assert.Equal(BlockError.None, _codec.TryRead(_block, count, read));
            Assert.Equivalent(admission, read, strict: true);
        }, threads: 1);
    }

    [Theory]
    [InlineData(0u, 0, 0, 0)]
    [InlineData(1u, Admission.WaitSecondsMax + 1, 0, 0)]
    [InlineData(1u, 0, Limits.PeriodSecondsMax, 0)]
    [InlineData(1u, 0, 0, Admission.GrowthPercentMin - 1)]
    [InlineData(1u, 0, 0, Admission.GrowthPercentMax + 1)]
    public void An_admission_outside_its_ranges_is_refused(uint start, int wait, int slot, int growth)
    {
        var admission = new Admission { StartNumber = start, WaitSeconds = wait, SlotSeconds = slot, GrowthPercent = growth };
        int count = _codec.Write(_envelope, admission, _block, _block.Length);
        Assert.Equal(BlockError.BadField, _codec.TryRead(_block, count, new Admission()));
    }

    [Theory]
    [InlineData(0u, 1u, 1u)]
    [InlineData(1u, 0u, 1u)]
    [InlineData(1u, 1u, 0u)]
    public void A_hello_without_epoch_or_a_journals_begin_is_refused(uint epoch, uint oldestRow, uint oldestEvent)
    {
        int count = _codec.Write(_envelope, new Hello { StartNumber = 1, Epoch = epoch, OldestRow = oldestRow, OldestEvent = oldestEvent }, _block, _block.Length);
        Assert.Equal(BlockError.BadField, _codec.TryRead(_block, count, new Hello()));
    }

    [Fact]
    public void One_kind_is_never_taken_for_another()
    {
        int count = _codec.Write(_envelope, new TimeAnswer { StartNumber = 1 }, _block, _block.Length);
        Assert.Equal(BlockError.UnknownKind, _codec.TryRead(_block, count, new Hello()));
        Assert.Equal(BlockError.UnknownKind, _codec.TryRead(_block, count, new Command()));
        count = _codec.Write(_envelope, new Hello { StartNumber = 1 }, _block, _block.Length);
        Assert.Equal(BlockError.UnknownKind, _codec.TryRead(_block, count, new TimeAnswer()));
    }

    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(1u, 0u)]
    public void A_command_without_start_or_number_is_refused(uint start, uint number)
    {
        int count = _codec.Write(_envelope, new Command { StartNumber = start, Number = number }, _block, _block.Length);
        Assert.Equal(BlockError.BadField, _codec.TryRead(_block, count, new Command()));
    }

    [Fact]
    public void A_time_beyond_32_bits_of_seconds_is_refused()
    {
        int count = _codec.Write(_envelope, new TimeAnswer { StartNumber = 1, UtcMs = 1000L * uint.MaxValue + 1 }, _block, _block.Length);
        Assert.Equal(BlockError.BadField, _codec.TryRead(_block, count, new TimeAnswer()));
    }

    [Fact]
    public void A_body_cut_short_or_with_a_byte_more_is_refused()
    {
        int count = _codec.Write(_envelope, new Command { StartNumber = 7, Number = 300, Code = 2, Channel = 255, A = -5, B = 1L << 40 }, _block, _block.Length);
        byte[] body = _block[BlockEnvelope.HeadBytes..(count - BlockEnvelope.CrcBytes - BlockEnvelope.MacBytes)];
        for (int length = 0; length < body.Length; length++)
            Assert.Equal(BlockError.BadField, Read(body[..length]));
        Assert.Equal(BlockError.TrailingBytes, Read([.. body, 0]));
        Assert.Equal(BlockError.None, Read(body));
    }

    private BlockError Read(byte[] body)
    {
        var writer = new ByteWriter();
        writer.Start(_block, 0, _block.Length);
        _envelope.Open(writer, BlockKind.Command);
        writer.Bytes(body, 0, body.Length);
        return _codec.TryRead(_block, _envelope.Seal(writer, _block, 0), new Command());
    }
}
