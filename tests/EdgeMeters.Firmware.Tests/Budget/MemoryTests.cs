using EdgeMeters.Metering;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>What a started core keeps in memory for good, of a chip that has 64 KiB for managed objects.</summary>
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int BufferBytesMax = 24 * 1024;

    /// <summary>Objects and strings with them. What is left belongs to the adapters, the runtime's own objects, and what is between collections.</summary>
    private const int NanoBytesMax = 44 * 1024;

    [Fact]
    public void All_buffers_for_sixteen_meters_fit_24_KiB_and_the_core_fits_the_chip()
    {
        SixteenMeters node = new();
        // The same after a life as before it: nothing grows.
        for (int i = 0; i < 200; i++)
        {
            node.PassInterval();
            node.Acquire();
            node.Drain();
        }
        NanoHeap heap = new(typeof(NodeCore).Assembly, typeof(Limits).Assembly);
        heap.AddStatics();
        heap.Add(node.Core);
        // What the chip keeps beside the core: the signed configuration, read and judged in a buffer of its own.
        heap.Add(new ConfigurationStore(new MemoryFlash(2, 4096), new BlockEnvelope(new ChecksumMac()), "node-0001"));
        foreach (string line in heap.Table(40))
            output.WriteLine(line);
        Assert.InRange(heap.BufferBytes, 1, BufferBytesMax);
        Assert.InRange(heap.NanoBytes, heap.BufferBytes, NanoBytesMax);
    }

    /// <summary>The estimate is held to its rules: an object whose size on the heap is known by hand.</summary>
    [Fact]
    public void The_walk_counts_blocks_as_the_interpreter_does()
    {
        NanoHeap heap = new(typeof(Limits).Assembly);
        ReadingBlock block = new(10);
        heap.Add(block);
        // Eight numbers and two references; 10 longs are 80 bytes, 10 bytes are 10; each array has a block before it.
        Assert.Equal(80 + 10, heap.BufferBytes);
        Assert.Equal(12 * (1 + 10) + (12 + 84) + (12 + 12), heap.NanoBytes);
    }
}
