using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>Some files follow from others: the tests that compare them write them when they are asked to.</summary>
internal static class NanoWriter
{
    public const string Variable = "EDGEMETERS_WRITE_NANO";
    public const string Remedy = "To write it anew: " + Variable + "=1 tests/run --filter Nano, then look at the difference.";

    public static bool IsAsked => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Compares a file with what it should be; writes it first if asked.</summary>
    public static void Check(string file, string expected)
    {
        string path = Repository.PathOf(file);
        if (IsAsked)
            File.WriteAllText(path, expected);
        Assert.True(File.Exists(path), $"{file} is not there. {Remedy}");
        string actual = File.ReadAllText(path);
        Assert.True(actual == expected, $"{file} differs from what follows from nf.config, NanoReference and the .csproj beside it. {Remedy}");
    }
}
