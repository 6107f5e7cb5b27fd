using System.Diagnostics;

namespace EdgeMeters.SystemTests.Simulation;

/// <summary>The test of the tests, in short: three mutants of our own code, of the node, the wire and the gateway. All of them: --mutants.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_fault_put_into_our_own_code_turns_a_test_red()
    {
        using Process process = Start("--mutants", "--only", "CRC ignored, MAC not verified, duplicate check off");
        Task<string> told = process.StandardOutput.ReadToEndAsync();
        Task<string> progress = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"three mutants took longer than {Limit.TotalMinutes} minutes");
        }
        string table = await told;
        output.WriteLine(table + await progress);
        Assert.EndsWith("mutants: 3 run, 3 caught, 0 survived", table.TrimEnd());
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_mutant_that_is_not_there_is_named_with_those_that_are()
    {
        using Process process = Start("--mutants", "--only", "nothing of this name");
        string told = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(Limit));
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("journal: CRC ignored", told);
    }

    private static Process Start(params string[] arguments)
    {
        return Process.Start(new ProcessStartInfo("dotnet", [Programs.Simulation, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
