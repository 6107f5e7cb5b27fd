using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>A host of which nothing is asked but its supply.</summary>
internal sealed class QuietHost : INodeControl, IDocumentTaker
{
    public bool IsSupplyFailing { get; set; }

    public int DocumentBytesMax => NodeTable.BytesMax;

    public uint ImageTransfer => 0;

    public int ImageOffset => 0;

    public bool IsHelloWanted => false;

    public void NoteHello()
    {
        // No image is under way.
    }

    public bool TrySetUtc(long utcMs) => false;

    public void AssumeUtc(long utcMs)
    {
        // The virtual clock is right from the start.
    }

    public void Identify(int seconds) => throw new InvalidOperationException("nobody asked");

    public void Restart(RestartReason reason) => throw new InvalidOperationException("nobody asked");

    public int RunSelfTest(out int failed) => throw new InvalidOperationException("nobody asked");

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
