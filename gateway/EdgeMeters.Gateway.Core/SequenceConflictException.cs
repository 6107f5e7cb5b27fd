namespace EdgeMeters.Gateway.Core;

/// <summary>A block carries other readings under sequences that are already held: a cloned node, or a journal gone wrong.</summary>
public sealed class SequenceConflictException(string message) : Exception(message);
