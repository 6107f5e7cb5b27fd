using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Simulation.World;

/// <summary>What a node's host does for it beside devices: sets its clock, and asks for nothing else.</summary>
internal sealed class NodeSurroundings(NodeTime time, Random random) : INodeControl, IDocumentTaker, IEntropy
{
    public bool IsSupplyFailing => false;

    public int DocumentBytesMax => NodeTable.BytesMax;

    public uint ImageTransfer => 0;

    public int ImageOffset => 0;

    public bool IsHelloWanted => false;

    public uint NextUInt32() => (uint)random.NextInt64(1L << 32);

    public bool TrySetUtc(long utcMs)
    {
        time.Set(utcMs);
        return true;
    }

    public void AssumeUtc(long utcMs) => time.Assume(utcMs);

    public void Identify(int seconds)
    {
        // Nobody stands before it.
    }

    public void Restart(RestartReason reason) => throw new InvalidOperationException("nobody asked for a restart");

    public int RunSelfTest(out int failed) => throw new InvalidOperationException("nobody asked for the self-test");

    public void NoteHello()
    {
        // No image is under way.
    }

    public void Begin(ReadingJournal journal)
    {
        // No documents come.
    }

    public bool TryTake(BlockKind kind, byte[] document, int count) => false;

    public void Step(long receipts)
    {
        // No documents come.
    }
}
