using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode;

/// <summary>A Linux host: its clock is the kernel's, its configuration a file, its light a line of text.</summary>
internal sealed class HostControl(Action<string> log, Action<RestartReason> restart) : INodeControl
{
    /// <summary>A host that wants to stop at a failing supply is sent a signal by whoever watches it.</summary>
    public bool IsSupplyFailing => false;

    public bool TrySetUtc(long utcMs) => false;

    public void AssumeUtc(long utcMs)
    {
        // The kernel's clock is what it is; how far to trust it is said by its quality.
    }

    public void Identify(int seconds) => log($"this node is asked to show itself for {seconds} s: here it is");

    public void Restart(RestartReason reason) => restart(reason);

    public int RunSelfTest(out int failed) => HostSelfTest.Run(TextWriter.Null, out failed);
}
