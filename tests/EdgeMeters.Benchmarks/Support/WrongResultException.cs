namespace EdgeMeters.Benchmarks.Support;

/// <summary>What was measured gave a wrong answer, or broke a limit that does not depend on the machine: its speed is of no interest then.</summary>
internal sealed class WrongResultException(string message) : Exception(message);
