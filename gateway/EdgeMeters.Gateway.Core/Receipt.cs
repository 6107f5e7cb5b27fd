namespace EdgeMeters.Gateway.Core;

/// <summary>Says that a block is in the gateway's custody.</summary>
/// <param name="Entry">Number of the log entry that holds it.</param>
/// <param name="WasKnown">True when all of it had come before; this is then the first entry that holds its begin.</param>
public readonly record struct Receipt(long Entry, bool WasKnown);
