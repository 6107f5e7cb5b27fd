using System.Diagnostics;

namespace EdgeMeters.Gateway.Tests;

/// <summary>Waits for what must come, with room for a busy machine; a wait that fails says for what.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
                Assert.Fail($"waited {Limit.TotalSeconds} s in vain: {what}");
            await Task.Delay(2);
        }
    }
}
