using System.Diagnostics;

namespace EdgeMeters.Simulation.Processes;

/// <summary>A file system of its own, small enough to be filled, made as the user's rights allow.</summary>
/// <remarks>
/// As root a tmpfs is mounted. Without root the whole run starts itself again in a user and mount namespace of its own (unshare -Urm), in
/// which it is root and may mount one. Where neither is allowed there is no small disk, and the fault is left out.
/// </remarks>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>The gateway refuses below 32 MiB, so that much is never used unless the disk is filled.</summary>
    private const int SizeMiB = 320;

    private const string InsideVariable = "EDGEMETERS_SIMULATION_UNSHARED";

    private readonly string _folder;
    private readonly bool _isMounted;

    /// <param name="folder">Where it is mounted, or a plain folder where it cannot be.</param>
    public SmallDisk(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _isMounted = Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={SizeMiB}m", "edgemeters", folder);
        Kind = !_isMounted ? "no small file system can be mounted here, so no disk is filled"
            : IsInside ? "tmpfs in a namespace of its own" : "tmpfs";
    }

    public string Kind { get; }

    public bool CanFill => _isMounted;

    private static bool IsInside => Environment.GetEnvironmentVariable(InsideVariable) != null;

    private string FillerPath => Path.Combine(_folder, "filler");

    /// <summary>Runs this very program again in a namespace in which it may mount; null when it need not be or cannot.</summary>
    public static int? RunInside(string[] arguments)
    {
        if (Environment.IsPrivilegedProcess || IsInside || !Run("unshare", "-Urm", "true"))
            return null;
        var start = new ProcessStartInfo("unshare", ["-Urm", Environment.ProcessPath!, .. arguments]) { UseShellExecute = false };
        start.Environment[InsideVariable] = "1";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Fills the disk but for some bytes.</summary>
    public void Fill(long leaveBytes)
    {
        using var filler = new FileStream(FillerPath, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        byte[] zeros = new byte[1 << 20];
        try
        {
            while (new DriveInfo(_folder).AvailableFreeSpace - leaveBytes is > 0 and var left)
                filler.Write(zeros, 0, (int)Math.Min(zeros.Length, left));
        }
        catch (IOException)
        {
            // The gateway took the last of it: full it is.
        }
    }

    public void Clear() => File.Delete(FillerPath);

    public void Dispose()
    {
        if (_isMounted && !Run("umount", _folder))
            Run("umount", "-l", _folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
