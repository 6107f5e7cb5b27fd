namespace EdgeMeters.Gateway.Core;

/// <summary>Consecutive sequences of one journal, both ends included.</summary>
public readonly record struct SequenceRange(uint First, uint Last);
