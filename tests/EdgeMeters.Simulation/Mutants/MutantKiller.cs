namespace EdgeMeters.Simulation.Mutants;

/// <summary>A program that ends with 0 on the true code and must not on the mutant's.</summary>
/// <param name="Program">Its project.</param>
/// <param name="Arguments">A few test classes, or seeds of the simulation.</param>
internal sealed record MutantKiller(string Program, params string[] Arguments)
{
    public bool IsTests => Program.EndsWith(".Tests", StringComparison.Ordinal);

    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";

    public static MutantKiller Firmware(params string[] classes) => OfTests("EdgeMeters.Firmware.Tests", classes);

    public static MutantKiller Gateway(params string[] classes) => OfTests("EdgeMeters.Gateway.Tests", classes);

    public static MutantKiller Simulation(params string[] arguments) => new("EdgeMeters.Simulation", arguments);

    private static MutantKiller OfTests(string program, string[] classes)
    {
        return new MutantKiller(program, ["-noLogo", "-noColor", "-stopOnFail", .. classes.SelectMany(name => new[] { "-class", "*." + name })]);
    }
}
