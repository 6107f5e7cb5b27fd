using EdgeMeters.Metering.SelfTest;

namespace EdgeMeters.HostNode;

/// <summary>The node core's self-test with this host's cryptography: the same lines as on any other runtime.</summary>
internal static class HostSelfTest
{
    /// <summary>Writes a line for each check, ended by a line feed on every system.</summary>
    /// <returns>Checks that passed.</returns>
    public static int Run(TextWriter writer, out int failed)
    {
        HmacBlockMac mac = new(NodeSelfTest.MacNode, NodeSelfTest.MacKey());
        return NodeSelfTest.Run(mac, new Lines(writer), out failed);
    }

    private sealed class Lines(TextWriter writer) : ISelfTestOutput
    {
        public void Line(string text) => writer.Write(text + "\n");
    }
}
