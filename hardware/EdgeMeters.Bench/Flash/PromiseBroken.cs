namespace EdgeMeters.Bench.Flash;

/// <summary>A promise that did not hold, with what showed it.</summary>
public sealed class PromiseBroken(Breach breach, string message) : Exception(message)
{
    public Breach Breach { get; } = breach;
}
