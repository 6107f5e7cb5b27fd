namespace EdgeMeters.Bench.Flash;

/// <summary>An event as the test gave it to the journal, or as the journal made it.</summary>
public sealed record JournalEvent(uint UtcSeconds, byte Code, byte Channel, long A, long B);
