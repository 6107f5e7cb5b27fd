namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>The one source of randomness of a test that does not use CsCheck: drawn anew each run, printed, and taken from the environment to run again.</summary>
internal static class Seed
{
    public const string Variable = "EDGEMETERS_SEED";

    /// <summary>Prints the command that repeats this run of the calling test.</summary>
    public static int Take(ITestOutputHelper output)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), out int stated) ? stated : Random.Shared.Next();
        output.WriteLine($"{Variable}={seed} tests/run --filter {TestContext.Current.TestMethod?.MethodName}");
        return seed;
    }
}
