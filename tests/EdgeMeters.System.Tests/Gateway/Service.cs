using System.Diagnostics;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>A program of ours or of Debian, running beside the test and ended with it.</summary>
internal sealed class Service : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public Service(string program, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public int Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            kill.WaitForExit();
        return WaitForExit();
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill(true);
        _process.WaitForExit();
    }

    public int WaitForExit()
    {
        Deadline.Until(() => _process.HasExited, "the program to end; it said:\n" + Output);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line == null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
