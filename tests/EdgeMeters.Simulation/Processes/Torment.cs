using System.Diagnostics;

namespace EdgeMeters.Simulation.Processes;

/// <summary>Kills the gateway at random moments of its life, and does everything else to it between.</summary>
/// <param name="receipts">Blocks that got their receipt so far.</param>
internal sealed class Torment(
    Random random, GatewayChild gateway, HeadEndBroker broker, SmallDisk disk, Relay toGateway, Relay toBroker, Func<int> receipts)
{
    // All probabilities of the run. Each fault is for a round from one kill to the next; the first rounds have one of each for certain.
    private const double StoppedPart = 0.15;
    private const double BrokerPart = 0.08;
    private const double FullPart = 0.06;
    private const double CutPart = 0.25;

    /// <summary>Kills that do not wait for the gateway to take anything: they hit its start.</summary>
    private const double EarlyPart = 0.3;

    /// <summary>A stop that is longer than a node waits for its receipt.</summary>
    private const double LongStopPart = 0.1;

    /// <summary>A fault that is still there when the gateway is killed.</summary>
    private const double KilledWithinPart = 0.4;

    private const int EarlyMsMax = 1_500;
    private const int AfterReceiptMsMax = 800;
    private const int StopMsMax = 1_500;
    private const int LongStopMs = 9_000;
    private const int BrokerDownMsMax = 1_500;
    private const int FullMsMax = 2_500;
    private const int FullLeaveMiBMax = 48;

    // A machine that is busy with other things starts a process slowly; it is not for this to say how fast.
    private static readonly TimeSpan TakeMax = TimeSpan.FromMinutes(10);

    private Task _brokerFault = Task.CompletedTask;
    private int _stops;
    private int _brokerKills;
    private int _fulls;
    private int _cuts;
    private int _startsRefused;
    private bool _isFull;

    /// <summary>What was done so far.</summary>
    public string Told => $"stopped and continued {_stops}, broker killed {_brokerKills}, disk filled {_fulls}{(disk.CanFill ? "" : $" ({disk.Kind})")}, connections cut {_cuts}, starts refused by the full disk {_startsRefused}";

    /// <summary>One round: perhaps another fault, then kill -9 of the gateway, and its start.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public async Task<string?> KillAsync(int round)
    {
        bool isEarly = round > 4 && random.NextDouble() < EarlyPart;
        int pauseMs = random.Next(isEarly ? EarlyMsMax : AfterReceiptMsMax);
        if (!isEarly && await AwaitReceiptsAsync() is { } broken)
            return broken;
        await Task.Delay(pauseMs);
        if (Draws(round == 1, CutPart))
            _cuts += toGateway.Cut() + (random.Next(2) == 0 ? toBroker.Cut() : 0);
        if (Draws(round == 3, BrokerPart))
            await KillBrokerAsync();
        bool isKilled = Draws(round == 2, StoppedPart) && await StopAsync();
        if (disk.CanFill && Draws(round == 4, FullPart))
            isKilled |= await FillAsync();
        if (!isKilled)
            Restart();
        return null;
    }

    /// <summary>Ends all faults.</summary>
    public Task EndAsync() => _brokerFault;

    /// <summary>Starts it again, as a service manager does. With the disk full it refuses to start, which is right; any other end of its own is not.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public async Task<string?> KeepRunningAsync()
    {
        if (gateway.IsRunning)
            return null;
        // It may have been full when it looked, and be empty by now.
        if (!_isFull && !gateway.Said.Contains("is full", StringComparison.Ordinal))
            return "the gateway ended by itself";
        _startsRefused++;
        await Task.Delay(100);
        gateway.Start();
        return null;
    }

    private bool Draws(bool isCertain, double part) => random.NextDouble() < part || isCertain;

    private void Restart()
    {
        gateway.Kill();
        gateway.Start();
    }

    private async Task<string?> AwaitReceiptsAsync()
    {
        int before = receipts();
        long began = Stopwatch.GetTimestamp();
        while (receipts() == before)
        {
            if (Stopwatch.GetElapsedTime(began) > TakeMax)
                return $"the gateway took nothing for {TakeMax.TotalMinutes} min";
            if (!gateway.IsRunning && await KeepRunningAsync() is { } broken)
                return broken;
            await Task.Delay(2);
        }
        return null;
    }

    private async Task KillBrokerAsync()
    {
        int downMs = random.Next(BrokerDownMsMax);
        await _brokerFault;
        _brokerKills++;
        _brokerFault = Task.Run(() => broker.KillAndRestart(downMs));
    }

    /// <returns>True when the gateway was killed while it stood still.</returns>
    private async Task<bool> StopAsync()
    {
        int stopMs = random.NextDouble() < LongStopPart ? LongStopMs : random.Next(StopMsMax);
        bool isKilled = random.NextDouble() < KilledWithinPart;
        _stops++;
        int process = gateway.ProcessId;
        Signals.Send(process, Signals.Stop);
        await Task.Delay(stopMs);
        if (isKilled)
            Restart();
        else
            Signals.Send(process, Signals.Continue);
        return isKilled;
    }

    /// <returns>True when the gateway was killed while the disk was full.</returns>
    private async Task<bool> FillAsync()
    {
        long leaveBytes = random.Next(2) == 0 ? 0 : random.Next(FullLeaveMiBMax) * 1024L * 1024;
        int fullMs = random.Next(FullMsMax);
        bool isKilled = random.NextDouble() < KilledWithinPart;
        _fulls++;
        _isFull = true;
        disk.Fill(leaveBytes);
        await Task.Delay(fullMs);
        if (isKilled)
        {
            Restart();
            await Task.Delay(fullMs);
        }
        if (!gateway.IsRunning)
            await KeepRunningAsync();
        disk.Clear();
        _isFull = false;
        return isKilled;
    }
}
