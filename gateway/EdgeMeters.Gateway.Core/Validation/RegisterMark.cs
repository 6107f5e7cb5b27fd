namespace EdgeMeters.Gateway.Core.Validation;

/// <summary>What a register showed at a moment.</summary>
/// <param name="UtcSeconds">The moment.</param>
/// <param name="Register">In base units.</param>
public readonly record struct RegisterMark(uint UtcSeconds, long Register);
