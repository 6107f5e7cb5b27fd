using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>A server as a process of its own, with what it took of the machine.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int StopWaitMs = 60_000;
    private const int LinesKept = 20;

    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly string _program;
    private readonly bool _isStoppedByInput;
    private readonly Queue<string> _lines = [];

    /// <param name="isStoppedByInput">True when the end of its input asks it to stop; false for SIGTERM.</param>
    /// <exception cref="IOException">The program is not there.</exception>
    public ServerProcess(string program, string[] arguments, bool isStoppedByInput)
    {
        _program = program;
        _isStoppedByInput = isStoppedByInput;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{program} does not start: {e.Message}. Install it (Debian: apt-get install {Path.GetFileName(program)}).", e);
        }
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its number.</summary>
    public string Id => _process.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>What it took of the processor so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that it had at once so far.</summary>
    public long PeakRssBytes => PeakRssBytesOf(Id);

    /// <summary>The most memory that a process had at once so far, as the kernel counts it (VmHWM).</summary>
    /// <param name="process">Its number, or "self".</param>
    public static long PeakRssBytesOf(string process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <exception cref="WrongResultException">It is over already.</exception>
    public void RefuseEnded()
    {
        if (_process.HasExited)
            throw new WrongResultException($"{_program} ended with code {_process.ExitCode}:\n{Said()}");
    }

    /// <summary>Waits until something is true of it.</summary>
    /// <exception cref="WrongResultException">It ended, or took too long.</exception>
    public void WaitUntil(string what, Func<bool> isSo)
    {
        long began = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            RefuseEnded();
            if (Stopwatch.GetElapsedTime(began) > StartMax)
                throw new WrongResultException($"{_program}: {what} not within {StartMax.TotalSeconds} s:\n{Said()}");
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits until it listens on a port of loopback.</summary>
    public void WaitForPort(int port) => WaitUntil($"port {port} open", () =>
    {
        try
        {
            using var probe = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    /// <summary>Asks it to stop, and waits until it did.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            if (_isStoppedByInput)
                _process.StandardInput.Close();
            else
                Process.Start("kill", ["-TERM", Id]).WaitForExit();
            if (!_process.WaitForExit(StopWaitMs))
                _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line == null)
            return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
                _lines.Dequeue();
        }
    }

    private string Said()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
