using System.Runtime.InteropServices;
using System.Text;

namespace EdgeMeters.Gateway.Forward.CsvFiles;

/// <summary>What .NET lacks: a directory's own entries on disk.</summary>
internal static class DurableDirectory
{
    private const int ReadOnly = 0;

    /// <summary>Returns when files made, renamed and deleted in the directory survive a power cut. Elsewhere than on Linux it does nothing.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        int descriptor = Open(Encoding.UTF8.GetBytes(directory + '\0'), ReadOnly);
        if (descriptor < 0)
            throw Failure(directory);
        try
        {
            if (FileSync(descriptor) != 0)
                throw Failure(directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string directory) =>
        new($"The directory '{directory}' could not be written to disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FileSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
