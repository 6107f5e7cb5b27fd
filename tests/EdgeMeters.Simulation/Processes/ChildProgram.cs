using System.Diagnostics;

namespace EdgeMeters.Simulation.Processes;

/// <summary>A program that runs beside the run and ends with it.</summary>
internal sealed class ChildProgram : IDisposable
{
    private const int LinesKeptMax = 40;

    private readonly Process _process;
    private readonly Queue<string> _lines = [];

    /// <param name="program">Its path.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="heard">Told every line that it prints; on a thread of the pool.</param>
    public ChildProgram(string program, string[] arguments, Action<string>? heard = null)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        DataReceivedEventHandler hear = (_, line) =>
        {
            if (line.Data == null)
                return;
            Keep(line.Data);
            heard?.Invoke(line.Data);
        };
        _process.OutputDataReceived += hear;
        _process.ErrorDataReceived += hear;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int ProcessId => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The latest of what it printed.</summary>
    public string Said
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>kill -9. Returns when it is gone and all that it had printed is heard.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            Signals.Send(_process.Id, Signals.Kill);
        _process.WaitForExit();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>True when it ended within the time.</returns>
    public bool Stop(TimeSpan longest)
    {
        if (!_process.HasExited)
            Signals.Send(_process.Id, Signals.Terminate);
        return _process.WaitForExit(longest);
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Keep(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKeptMax)
                _lines.Dequeue();
        }
    }
}
