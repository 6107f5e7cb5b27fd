namespace EdgeMeters.Firmware.Tests.Support;

/// <summary>Runs that take minutes have a short form that is run always; the environment asks for the whole one.</summary>
internal static class LongRun
{
    public const string Variable = "EDGEMETERS_LONG";

    /// <summary>How many there are to be in this run; prints how to get all of them.</summary>
    public static int Take(int few, int all, ITestOutputHelper output)
    {
        bool isLong = Environment.GetEnvironmentVariable(Variable) == "1";
        if (!isLong)
            output.WriteLine($"{few} of {all}; all with {Variable}=1 tests/run --filter {TestContext.Current.TestMethod?.MethodName}");
        return isLong ? all : few;
    }
}
