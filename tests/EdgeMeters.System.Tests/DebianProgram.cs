using System.Diagnostics;

namespace EdgeMeters.SystemTests;

/// <summary>A program of Debian as a peer that is not ours.</summary>
internal static class DebianProgram
{
    private const int LimitMs = 30_000;

    public static void RequireInstalled(string path, string package)
    {
        Assert.SkipUnless(File.Exists(path), $"{path} is not installed: apt-get install {package}");
    }

    /// <summary>Runs it to its end.</summary>
    public static (int ExitCode, string Output) Run(string path, params string[] arguments)
    {
        ProcessStartInfo start = new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(LimitMs))
        {
            process.Kill();
            Assert.Fail($"{path} did not end within {LimitMs} ms");
        }
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }
}
