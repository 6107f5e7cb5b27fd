using System.Diagnostics;

namespace EdgeMeters.Gateway.Demo;

/// <summary>A process of the demo that is started again whenever it ends, as a service manager would.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan RestartWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(20);

    private readonly string _name;
    private readonly ProcessStartInfo _start;
    private readonly Action<string> _say;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private Process? _process;

    /// <param name="name">What it is called in what is said of it.</param>
    /// <param name="assembly">The program's assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="say">Takes a line about it, and every line that it writes to its error output.</param>
    public ChildProcess(string name, string assembly, IEnumerable<string> arguments, Action<string> say)
    {
        _name = name;
        _say = say;
        // In a session of its own: Ctrl-C at the terminal is for the demo, which then ends its processes one after the other.
        _start = new ProcessStartInfo("setsid")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        _start.ArgumentList.Add(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet");
        _start.ArgumentList.Add(assembly);
        foreach (string argument in arguments)
            _start.ArgumentList.Add(argument);
        _running = RunAsync();
    }

    /// <summary>Times it ended without being asked to.</summary>
    public int Deaths { get; private set; }

    /// <summary>Waits until it is up again, should it have died just now.</summary>
    public async Task WaitUntilRunningAsync(TimeSpan longest)
    {
        using var deadline = new CancellationTokenSource(longest);
        while (_process is not { HasExited: false } && !deadline.IsCancellationRequested)
            await Task.Delay(50, CancellationToken.None);
    }

    /// <summary>Asks it to end (SIGTERM), and ends it if it does not.</summary>
    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        if (_process is { HasExited: false } process)
        {
            using (Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
            }
            using var deadline = new CancellationTokenSource(StopWait);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _say($"{_name} does not end by itself and is killed");
                process.Kill();
            }
        }
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var process = Process.Start(_start)!;
            _process?.Dispose();
            _process = process;
            // It sees the end of its input when this process is gone, however that ends.
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, line) =>
            {
                if (!string.IsNullOrWhiteSpace(line.Data))
                    _say($"{_name}: {line.Data}");
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            _say($"{_name}: process {process.Id}");
            await process.WaitForExitAsync(CancellationToken.None);
            if (_stopping.IsCancellationRequested)
                return;
            Deaths++;
            _say($"{_name} ended with code {process.ExitCode} and is started again");
            try
            {
                await Task.Delay(RestartWait, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
