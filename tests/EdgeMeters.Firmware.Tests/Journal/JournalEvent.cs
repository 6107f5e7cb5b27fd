namespace EdgeMeters.Firmware.Tests.Journal;

/// <summary>An event as the test gave it to the journal, or as the journal made it.</summary>
internal sealed record JournalEvent(uint UtcSeconds, byte Code, byte Channel, long A, long B);
