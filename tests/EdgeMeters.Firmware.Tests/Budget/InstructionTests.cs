using System.Diagnostics;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Budget;

/// <summary>What an interval costs the interpreter, in IL instructions: the same on every machine. Times are printed, never judged.</summary>
[Collection(nameof(QuietProcess))]
public sealed class InstructionTests(ITestOutputHelper output)
{
    /// <summary>
    /// An estimate, on the high side: the interpreter takes about 80 to 150 cycles an instruction from flash, at 240 MHz. Nobody here has measured it.
    /// </summary>
    private const int NanosecondsPerInstruction = 600;

    /// <summary>How much slower than .NET the interpreter is; 55 to 205 were measured on one machine, by the kind of work.</summary>
    private const int SlowerThanNet = 150;

    /// <summary>Looks at pulses and link are what a node does most: so often a second, on the chip (NodeService) as on Linux.</summary>
    private const int PulseLooksPerSecond = 5;
    private const int UplinkLooksPerSecond = 4;
    private const int CheckpointSeconds = 60;

    private const long InstructionsMax = SixteenMeters.IntervalSeconds * 1_000_000_000L / 100 / NanosecondsPerInstruction;

    [Fact]
    public void An_interval_of_sixteen_meters_takes_less_than_a_hundredth_of_it()
    {
        Dictionary<string, long> instructions = [];
        CountedCore core = new();
        core.Run(typeof(IntervalWork).GetMethod(nameof(IntervalWork.Run))!, (name, number) => instructions[name] = number);
        core.Unload();
        Dictionary<string, long> ticks = [];
        for (int i = 0; i < 20; i++)
            IntervalWork.Run(Stopwatch.GetTimestamp, (name, number) => ticks[name] = Math.Min(number, ticks.GetValueOrDefault(name, long.MaxValue)));
        output.WriteLine($"| what | IL instructions | estimated ms at {NanosecondsPerInstruction} ns each | ms at 1/{SlowerThanNet} of .NET here |");
        output.WriteLine("|---|---|---|---|");
        foreach ((string name, long number) in instructions)
            Print(name, number, ticks[name]);
        const int looks = PulseLooksPerSecond * SixteenMeters.IntervalSeconds;
        const int uplinkLooks = UplinkLooksPerSecond * SixteenMeters.IntervalSeconds;
        const int checkpoints = SixteenMeters.IntervalSeconds / CheckpointSeconds;
        long Sum(Dictionary<string, long> costs, bool withLooks) => costs[IntervalWork.Polls] + costs[IntervalWork.Block]
            + (withLooks ? looks * costs[IntervalWork.Pulses] + uplinkLooks * costs[IntervalWork.Idle] + checkpoints * costs[IntervalWork.Checkpoint] : 0);
        long work = Sum(instructions, withLooks: false);
        long all = Sum(instructions, withLooks: true);
        Print("the interval's readings: polls, row, block, release", work, Sum(ticks, withLooks: false));
        Print($"all of an interval, with {looks} looks at pulses, {uplinkLooks} at the link and {checkpoints} checkpoints", all, Sum(ticks, withLooks: true));
        output.WriteLine($"budget: {InstructionsMax} instructions, a hundredth of {SixteenMeters.IntervalSeconds} s; used {100.0 * all / InstructionsMax:F1} % of it");
        Assert.All(instructions.Values, number => Assert.True(number > 0));
        Assert.InRange(all, 1, InstructionsMax);
        // What a single block of a backlog may take: acquisition shares the processor with it.
        Assert.InRange(instructions[IntervalWork.Backlog], 1, 2_000_000);
    }

    private void Print(string name, long instructions, long ticks)
    {
        double estimateMs = instructions * (double)NanosecondsPerInstruction / 1_000_000;
        double slowerMs = Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds * SlowerThanNet;
        output.WriteLine($"| {name} | {instructions} | {estimateMs:F1} | {slowerMs:F1} |");
    }
}
