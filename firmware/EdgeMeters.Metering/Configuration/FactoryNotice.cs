using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Configuration;

/// <summary>What a node that has no configuration says of itself to whoever stands before it: one line, the same on its console and on the network.</summary>
public static class FactoryNotice
{
    /// <summary>Where the line is broadcast to, as one UDP datagram (FORMAT.md, "Factory state").</summary>
    public const int UdpPort = 15350;

    public const int PeriodMs = 10000;

    /// <param name="target">Name of the firmware under the program, as its vendor spells it.</param>
    /// <param name="hardwareAddress">The chip's address, the node's only number as long as it has no name.</param>
    /// <param name="applicationVersion">Major × 10,000 + minor × 100 + patch.</param>
    /// <param name="node">The node's name, or an empty string when it has no identity yet.</param>
    /// <param name="fault">What is missing, in words.</param>
    public static string Line(string target, byte[] hardwareAddress, uint applicationVersion, string node, string fault)
    {
        return "EMF1 chip=" + Hex(hardwareAddress) + " target=" + target + " application=" + applicationVersion.ToString()
            + " node=" + (node.Length == 0 ? "-" : node) + " needs=" + fault;
    }

    /// <summary>Two digits a byte.</summary>
    public static string Hex(byte[] bytes)
    {
        char[] digits = new char[2 * bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            digits[2 * i] = "0123456789ABCDEF"[bytes[i] >> 4];
            digits[2 * i + 1] = "0123456789ABCDEF"[bytes[i] & 15];
        }
        return new string(digits);
    }

    /// <summary>The line as a datagram: ASCII; what is not becomes a question mark.</summary>
    public static byte[] Datagram(string line)
    {
        byte[] bytes = new byte[line.Length < Limits.BlockBytesMin ? line.Length : Limits.BlockBytesMin];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = line[i] >= ' ' && line[i] <= '~' ? (byte)line[i] : (byte)'?';
        return bytes;
    }
}
