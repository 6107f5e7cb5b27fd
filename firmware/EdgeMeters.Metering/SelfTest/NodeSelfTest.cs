using System;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>Runs the node core over fixed vectors and prints what comes out, so that any runtime can be held against any other line by line.</summary>
/// <remarks>
/// No clock, no randomness, no device: the same lines everywhere, or the runtime, its class library or its cryptography is not what the
/// firmware was proved on. <c>firmware/selftest.expected.txt</c> has them. Needs about 16 KiB of heap, one section after the other. Touches
/// neither journal nor flash: it may run on a node in service.
/// </remarks>
public static class NodeSelfTest
{
    /// <summary>Name of the node for which the authentication code has to be made.</summary>
    public const string MacNode = "selftest";

    private const int MacKeyBytes = 32;
    private const int Sections = 6;

    /// <summary>Key for which the authentication code has to be made: 00 01 02 … 1f.</summary>
    public static byte[] MacKey()
    {
        byte[] key = new byte[MacKeyBytes];
        for (int i = 0; i < key.Length; i++)
            key[i] = (byte)i;
        return key;
    }

    /// <summary>Runs everything, whatever fails on the way.</summary>
    /// <param name="mac">The platform's own code of suite 1, for <see cref="MacKey"/> and <see cref="MacNode"/>.</param>
    /// <param name="output">Takes a line for each check, and the sum last.</param>
    /// <param name="failed">Checks that failed; 0 is a pass.</param>
    /// <returns>Checks that passed.</returns>
    public static int Run(IBlockMac mac, ISelfTestOutput output, out int failed)
    {
        SelfTestReport report = new SelfTestReport(output);
        for (int section = 0; section < Sections; section++)
        {
            try
            {
                RunSection(section, mac, report);
            }
            catch (Exception e)
            {
                report.Threw(section, e.Message);
            }
        }
        output.Line("selftest: " + report.Passed.ToString() + " passed, " + report.Failed.ToString() + " failed");
        failed = report.Failed;
        return report.Passed;
    }

    private static void RunSection(int section, IBlockMac mac, SelfTestReport report)
    {
        switch (section)
        {
            case 0:
                RuntimeChecks.Run(report);
                break;
            case 1:
                CodecChecks.Run(report);
                break;
            case 2:
                new BlockChecks(report, mac).Run();
                break;
            case 3:
                MeterChecks.Run(report);
                break;
            case 4:
                PulseChecks.Run(report);
                break;
            default:
                new JournalChecks(report, mac).Run();
                break;
        }
    }
}
