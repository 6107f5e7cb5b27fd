using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Ports;

/// <summary>What the core asks of the host it runs on, beside reading, keeping and sending.</summary>
/// <remarks>Called from the acquisition loop and from the uplink loop. Methods return at once, except <see cref="RunSelfTest"/>.</remarks>
public interface INodeControl
{
    /// <summary>True while the supply-fail input says that the supply is going away. False for ever where there is no such input.</summary>
    bool IsSupplyFailing { get; }

    /// <summary>Sets the node's clock. False where something else keeps it, as NTP does on Linux.</summary>
    bool TrySetUtc(long utcMs);

    /// <summary>For a clock that was never set since start: time did not stand before this. Does not count as setting it.</summary>
    void AssumeUtc(long utcMs);

    /// <summary>Makes the node visible to whoever stands before it.</summary>
    void Identify(int seconds);

    /// <summary>Asks the host to end both loops and start the node again.</summary>
    void Restart(RestartReason reason);

    /// <summary>Runs the self-test.</summary>
    /// <param name="failed">Lines that failed.</param>
    /// <returns>Lines that passed.</returns>
    int RunSelfTest(out int failed);
}
