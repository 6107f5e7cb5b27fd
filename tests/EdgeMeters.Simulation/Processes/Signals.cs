using System.Runtime.InteropServices;

namespace EdgeMeters.Simulation.Processes;

/// <summary>What is done to a process from outside.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal. A process that has ended meanwhile is none to send it to, which is no fault.</summary>
    public static void Send(int processId, int signal) => _ = SendSignal(processId, signal);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int processId, int signal);
}
