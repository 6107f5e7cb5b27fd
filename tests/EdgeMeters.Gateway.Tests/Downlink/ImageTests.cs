using EdgeMeters.Gateway.Downlink;
using EdgeMeters.HostNode.Update;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

public sealed class ImageTests : IDisposable
{
    private const string Node = DialogueUnderTest.Node;

    private readonly DialogueUnderTest _one = new();
    private uint _hello;

    public ImageTests() => _one.Connect();

    public void Dispose() => _one.Dispose();

    [Fact]
    public void An_image_goes_down_a_few_chunks_on_a_hello_and_arrives_byte_by_byte()
    {
        byte[] image = Image(4);
        Write(image);
        byte[] arrived = new byte[image.Length];
        uint transfer = ImageChunk.TransferOf(image);
        int offset = 0;
        int hellos = 0;
        while (offset < image.Length && hellos++ < 100)
        {
            // Every third chunk of a hello is lost on the way: the node asks for it again.
            Say(offset == 0 ? 0 : transfer, offset);
            var chunks = Chunks();
            Assert.InRange(chunks.Count, 1, UpdateDesk.ChunksPerHello);
            foreach (var (chunk, piece) in chunks.Take(2))
            {
                Assert.Equal((transfer, offset), (chunk.Transfer, chunk.Offset));
                piece.CopyTo(arrived, offset);
                offset += piece.Length;
            }
        }
        Assert.Equal(image, arrived);
        Assert.Equal(4u, _one.Dialogues.Node(Node)!.ImageWaiting);
        Say(0, 0, application: 4);
        Assert.Empty(Chunks());
        Assert.Null(_one.Dialogues.Node(Node)!.ImageWaiting);
    }

    [Fact]
    public void An_image_of_which_the_node_knows_nothing_is_begun_anew_every_minute()
    {
        Write(Image(4));
        Say(0, 0);
        Assert.Equal(4, Chunks().Count);
        _one.Time.Advance(DownlinkLimits.ImageBegin);
        Assert.Equal(0, Chunks()[0].Chunk.Offset);
        Say(ImageChunk.TransferOf(Image(4)), 960);
        Assert.Equal(960, Chunks()[0].Chunk.Offset);
        _one.Time.Advance(DownlinkLimits.ImageBegin);
        Assert.Empty(Chunks());
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void An_image_that_the_node_refused_or_gave_back_is_not_sent_again_but_the_next_is(long versionOrReason, long outcome)
    {
        Write(Image(4));
        Say(0, 0);
        Assert.NotEmpty(Chunks());
        _one.Tell((EventCode.Update, versionOrReason, outcome));
        Say(0, 0);
        Assert.Empty(Chunks());
        Write(Image(5));
        Say(0, 0);
        Assert.NotEmpty(Chunks());
    }

    [Theory]
    [InlineData("other node", UpdateError.WrongNode)]
    [InlineData("cut", UpdateError.BadHead)]
    [InlineData("text", UpdateError.NotAnImage)]
    public void A_file_that_is_no_image_of_this_node_is_not_sent_and_named(string what, UpdateError error)
    {
        Write(what switch
        {
            "other node" => Image(4, DialogueUnderTest.OtherNode),
            "cut" => Image(4)[..^1],
            _ => "not an image"u8.ToArray(),
        });
        Say(0, 0);
        Assert.Empty(Chunks());
        Assert.Contains(error.ToString(), _one.Dialogues.Node(Node)!.ImageFault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_is_not_newer_stays()
    {
        Write(Image(3));
        Say(0, 0);
        Assert.Empty(Chunks());
    }

    private static byte[] Image(uint version, string node = Node)
    {
        byte[] program = new byte[9000];
        new Random((int)version).NextBytes(program);
        return new ImageMaker(new byte[32]).Make(program, node, 3, version, RuntimeLine.Name);
    }

    private void Write(byte[] image)
    {
        string path = Path.Combine(Path.GetDirectoryName(_one.PathOfTable())!, "image.bin");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, image);
        // Two images of one length within the file system's time step would be one to whoever looks at the time.
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(image.Sum(b => (long)b)));
    }

    private void Say(uint transfer, int offset, uint application = 3) => _one.Dialogues.Hear(Node, _one.Session, new Hello
    {
        StartNumber = 1, Number = ++_hello, ApplicationVersion = application, Board = 3, ImageTransfer = transfer, ImageOffset = (uint)offset,
    });

    private List<(ImageChunk Chunk, byte[] Piece)> Chunks()
    {
        List<(ImageChunk, byte[])> chunks = [];
        foreach (byte[] block in _one.Read().OfType<byte[]>())
        {
            ImageChunk chunk = new();
            Assert.Equal(BlockError.None, chunk.TryRead(block, block.Length));
            chunks.Add((chunk, block[chunk.PieceAt..(chunk.PieceAt + chunk.PieceBytes)]));
        }
        return chunks;
    }
}
