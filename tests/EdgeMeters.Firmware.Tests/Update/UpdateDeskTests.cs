using EdgeMeters.Firmware.Tests.Core;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Firmware.Tests.Wire;
using EdgeMeters.Metering.Storage;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Update;

/// <summary>An image on its whole way: a gateway that answers hellos, a node that runs meanwhile, the start after it, the healthy hour.</summary>
public sealed class UpdateDeskTests(ITestOutputHelper output)
{
    private const int ChunkBytes = 900;

    private readonly UpdateBench _bench = new("Nor");
    private readonly BlockEnvelope _envelope = HmacBlockMac.AnyNode();

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    public void An_image_arrives_whole_whatever_part_of_its_chunks_is_dropped(int droppedPercent)
    {
        Random random = new(Seed.Take(output));
        VirtualNode node = Node(UpdateBench.FactoryVersion, DocumentSlots.None);
        node.Uplink.Connect();
        int hellos = Feed(node, _bench.Image(2), random, droppedPercent);
        output.WriteLine($"{hellos} hellos");
        Assert.Equal([RestartReason.Update], node.Restarts);
        node.Run(5);
        Assert.Equal([(2L, 0L)], node.Told(EventCode.Update).Select(e => (e.A, e.B)));
        Assert.Equal(2u, UpdateBench.Boot(_bench.Flash).Version);
    }

    [Fact]
    public void A_refused_image_is_told_once_with_its_reason()
    {
        VirtualNode node = Node(5, DocumentSlots.None);
        node.Uplink.Connect();
        node.Run(2);
        byte[] image = _bench.Image(4);
        for (int i = 0; i < 4; i++)
            node.Uplink.Documents.Enqueue(Chunk(image, i * ChunkBytes));
        node.Run(5);
        Assert.Equal([((long)UpdateError.VersionNotHigher, 4L)], node.Told(EventCode.Update).Select(e => (e.A, e.B)));
        Assert.Empty(node.Restarts);
    }

    [Fact]
    public void A_healthy_hour_with_a_receipt_confirms_the_image()
    {
        VirtualNode node = OnTrial();
        node.Uplink.Connect();
        node.Run(3500);
        Assert.Equal([(2L, 1L)], Told(node));
        node.Run(300);
        Assert.Equal([(2L, 1L), (2L, 2L)], Told(node));
        Assert.Equal(2u, UpdateBench.Boot(_bench.Flash).Version);
        Assert.Equal(2u, UpdateBench.Boot(_bench.Flash).Version);
    }

    [Fact]
    public void Without_the_gateway_the_image_is_given_back_after_a_day_and_no_reading_is_lost()
    {
        VirtualNode node = OnTrial();
        node.Run(HealthyHour.TrialMsMax / 1000 + 120);
        Assert.Equal([RestartReason.Rollback], node.Restarts);
        node.Uplink.Connect();
        node.Run(60);
        Assert.Equal([(2L, 1L), (2L, 3L)], Told(node));
        Assert.True(UpdateBench.Boot(_bench.Flash).IsFactory);
        Assert.Equal(Enumerable.Range(1, node.Gateway.Rows.Count).Select(i => (uint)i), node.Gateway.Rows.Keys.Order());
    }

    private static IEnumerable<(long, long)> Told(VirtualNode node) => node.Told(EventCode.Update).Select(e => (e.A, e.B));

    private VirtualNode OnTrial()
    {
        Assert.Equal(UpdateError.None, UpdateBench.Send(_bench.Receiver(_bench.Flash, UpdateBench.FactoryVersion, DocumentSlots.None), _bench.Image(2)));
        UpdateBench.Start start = UpdateBench.Boot(_bench.Flash);
        Assert.Equal(2u, start.Version);
        return Node(start.Version, start.Slot);
    }

    private VirtualNode Node(uint runningVersion, int runningSlot)
    {
        VirtualNode node = new();
        ImageSlots images = UpdateBench.SlotsOf(_bench.Flash);
        UpdateReceiver receiver = new(images, UpdateBench.Mac, runningVersion, runningSlot, 64 * 1024);
        node.MakeUpdates = journal => new UpdateDesk(images, receiver, runningSlot, 60, journal, node.Clock, node);
        node.Start();
        return node;
    }

    /// <summary>
    /// A gateway: at most four chunks on a hello, from where the hello says, and from the begin every minute while no hello names the image.
    /// Some are dropped, some come twice.
    /// </summary>
    private int Feed(VirtualNode node, byte[] image, Random random, int droppedPercent)
    {
        uint transfer = ImageChunk.TransferOf(image);
        uint answered = 0;
        int hellos = 0;
        for (int second = 0; second < 4000 && node.Restarts.Count == 0; second++)
        {
            node.Run(1);
            bool isBegun = node.Hello.ImageTransfer == transfer;
            if (node.Hello.Number == answered && (isBegun || second % 60 != 0))
                continue;
            hellos += node.Hello.Number == answered ? 0 : 1;
            answered = node.Hello.Number;
            int offset = isBegun ? (int)node.Hello.ImageOffset : 0;
            for (int i = 0; i < UpdateDesk.ChunksPerHello && offset < image.Length; i++, offset += ChunkBytes)
            {
                for (int copies = random.Next(100) < droppedPercent ? 0 : 1 + random.Next(2); copies > 0; copies--)
                    node.Uplink.Documents.Enqueue(Chunk(image, offset));
            }
        }
        return hellos;
    }

    private byte[] Chunk(byte[] image, int offset)
    {
        byte[] block = new byte[Limits.BlockBytesMin];
        int count = Math.Min(ChunkBytes, image.Length - offset);
        return block[..new ImageChunk().Write(_envelope, ImageChunk.TransferOf(image), image, offset, count, block, block.Length)];
    }
}
