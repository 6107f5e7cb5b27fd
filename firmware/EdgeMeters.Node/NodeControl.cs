using System;
using EdgeMeters.Metering.Panel;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.SelfTest;
using EdgeMeters.Metering.Time;
using EdgeMeters.Node.Network;
using EdgeMeters.Wire;

namespace EdgeMeters.Node;

/// <summary>What the core asks of the ESP32 that it runs on.</summary>
public sealed class NodeControl : INodeControl, ISelfTestOutput
{
    private readonly BoardDevices _devices;
    private readonly DisciplinedClock _clock;
    private readonly StatusLed _led;
    private readonly object _gate = new object();
    private bool _isRestartAsked;
    private RestartReason _reason;

    public NodeControl(BoardDevices devices, DisciplinedClock clock, StatusLed led)
    {
        _devices = devices;
        _clock = clock;
        _led = led;
    }

    public bool IsSupplyFailing
    {
        get { return _devices.IsSupplyFailing; }
    }

    /// <summary>True once the core wants to start again.</summary>
    /// <param name="reason">The first that was given.</param>
    public bool IsRestartAsked(out RestartReason reason)
    {
        lock (_gate)
        {
            reason = _reason;
            return _isRestartAsked;
        }
    }

    public bool TrySetUtc(long utcMs)
    {
        _clock.Set(utcMs);
        return true;
    }

    public void AssumeUtc(long utcMs)
    {
        _clock.Assume(utcMs);
    }

    public void Identify(int seconds)
    {
        Console.WriteLine("this node is asked to show itself for " + seconds.ToString() + " s");
        _led.Identify(seconds, _clock.MonotonicMs);
    }

    public void Restart(RestartReason reason)
    {
        lock (_gate)
        {
            if (_isRestartAsked)
                return;
            _isRestartAsked = true;
            _reason = reason;
        }
        Console.WriteLine("the node starts again, reason " + ((int)reason).ToString());
    }

    public int RunSelfTest(out int failed)
    {
        int passed = 0;
        failed = 1;
        try
        {
            passed = NodeSelfTest.Run(new HmacMac(NodeSelfTest.MacNode, NodeSelfTest.MacKey()), this, out failed);
        }
        catch (Exception e)
        {
            // Memory, most likely: a test that cannot be run must not end a node that reads meters.
            Console.WriteLine("the self-test ended early: " + e.Message);
        }
        _led.HasFailedSelfTest = failed > 0;
        return passed;
    }

    public void Line(string text)
    {
        Console.WriteLine(text);
    }
}
