using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EdgeMeters.SystemTests.Gateway;

/// <summary>The built gateway's demo as a user starts it, and the process ids that it prints.</summary>
internal sealed partial class DemoProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _reading;

    public DemoProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Programs.Gateway);
        start.ArgumentList.Add("demo");
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>All that it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public string LastLine => Output.Split('\n')[^1];

    /// <summary>Readings stored, as of the latest line that tells it.</summary>
    public int Stored => Last(StoredLine());

    public int ProcessIdOf(string name) => Last(new Regex($"demo: {name}: process ([0-9]+)"));

    /// <summary>kill -9, and waits until the demo has started it again.</summary>
    public void KillAndAwaitRestart(string name)
    {
        int before = ProcessIdOf(name);
        using (var victim = Process.GetProcessById(before))
            victim.Kill();
        Deadline.Until(() => ProcessIdOf(name) != before, $"{name} to be started again");
    }

    public async Task<int> WaitForExitAsync(TimeSpan longest)
    {
        using var deadline = new CancellationTokenSource(longest);
        await _process.WaitForExitAsync(deadline.Token);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public Task<int> InterruptAsync(TimeSpan longest)
    {
        using (var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]))
            kill.WaitForExit();
        return WaitForExitAsync(longest);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(true);
        _process.Dispose();
    }

    private int Last(Regex pattern)
    {
        var matches = pattern.Matches(Output);
        return matches.Count == 0 ? 0 : int.Parse(matches[^1].Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
                _lines.Add(line);
        }
    }

    [GeneratedRegex("stored ([0-9]+) readings")]
    private static partial Regex StoredLine();
}
