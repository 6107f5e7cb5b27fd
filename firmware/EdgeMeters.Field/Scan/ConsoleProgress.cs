using System.Diagnostics;

namespace EdgeMeters.Field.Scan;

/// <summary>Shows how a scan goes: one line that is written over on a terminal, a line for each setting elsewhere.</summary>
internal sealed class ConsoleProgress(ScanPlan plan, Action<ScanFinding> found) : IScanProgress
{
    private const int StepMs = 200;

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private ScanStage? _stage;
    private long _shownMs;
    private int _width;

    public void Begin(ScanStage stage, int done)
    {
        if (!_isTerminal && stage.Setting != _stage?.Setting)
            Console.Error.WriteLine($"{stage.Setting}: {100L * done / plan.Probes} % done");
        _stage = stage;
    }

    public void Step(int done)
    {
        if (!_isTerminal || _watch.ElapsedMilliseconds - _shownMs < StepMs)
            return;
        _shownMs = _watch.ElapsedMilliseconds;
        TimeSpan left = TimeSpan.FromMilliseconds((double)_watch.ElapsedMilliseconds / done * (plan.Probes - done));
        string line = $"{100L * done / plan.Probes,3} %  {_stage!.Setting}  {Line.MeterOptions.NameOf(_stage.Protocol)}  {ScanCommand.Written(left)} left";
        Console.Error.Write("\r" + line.PadRight(_width));
        _width = line.Length;
    }

    public void Found(ScanFinding finding)
    {
        Clear();
        found(finding);
    }

    public void Clear()
    {
        if (_isTerminal && _width > 0)
            Console.Error.Write("\r" + new string(' ', _width) + "\r");
        _width = 0;
    }
}
