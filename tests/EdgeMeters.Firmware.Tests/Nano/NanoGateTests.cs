using EdgeMeters.Metering.Update;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>What is flashed is compiled against nanoFramework's own signatures, and what compiles and then fails there is found in its IL.</summary>
public sealed class NanoGateTests
{
    // One compilation of the firmware with all of a kind: each mutation has a namespace of its own, and every error a place.
    private static readonly Lazy<string[]> Errors = new(
        () => NanoBuild.Errors(NanoBuild.NodeWith(NanoMutations.Refused.ToDictionary(mutation => SpaceOf(mutation.Key), mutation => mutation.Value.Source))));

    private static readonly Lazy<IReadOnlyList<string>> Offences = new(
        () => NanoGate.Inspect(
            NanoBuild.Emit(NanoBuild.NodeWith(
                NanoMutations.Caught.ToDictionary(mutation => SpaceOf(mutation.Key), mutation => mutation.Value.Source), allowUnsafe: true)),
            NanoBuild.AssemblyOf(NanoBuild.Core)));

    public static TheoryData<string> Programs => [.. NanoBuild.Programs];

    public static TheoryData<string> Refused => [.. NanoMutations.Refused.Keys];

    public static TheoryData<string> Caught => [.. NanoMutations.Caught.Keys];

    [Theory]
    [MemberData(nameof(Programs))]
    public void What_is_flashed_contains_nothing_that_nanoFramework_runs_wrongly(string project)
    {
        IReadOnlyList<string> offences = NanoGate.Inspect(File.ReadAllBytes(NanoBuild.AssemblyOf(project)), NanoBuild.AssemblyOf(NanoBuild.Core));
        Assert.True(offences.Count == 0, string.Join("\n", offences));
    }

    [Theory]
    [InlineData(NanoBuild.Core)]
    [InlineData(NanoBuild.Node, NanoBuild.Core)]
    [InlineData(NanoBuild.Loader)]
    public void What_is_flashed_refers_to_nothing_but_the_signatures_and_what_is_loaded_before_it(string project, params string[] before)
    {
        Assert.Equal([NanoBuild.Reference, .. before], IlReader.ReferencesOf(NanoBuild.AssemblyOf(project)));
    }

    [Fact]
    public void Both_assemblies_of_the_application_bear_its_number()
    {
        var version = new Version((int)(ApplicationVersion.Number / 10000), (int)(ApplicationVersion.Number % 10000), 0, 0);
        Assert.Equal(version, IlReader.VersionOf(NanoBuild.AssemblyOf(NanoBuild.Core)));
        Assert.Equal(version, IlReader.VersionOf(NanoBuild.AssemblyOf(NanoBuild.Node)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void The_compiler_refuses_a_firmware_with_what_nanoFramework_lacks(string mutation)
    {
        string error = NanoMutations.Refused[mutation].Error;
        Assert.Contains(Errors.Value, text => text.StartsWith(SpaceOf(mutation) + "(", StringComparison.Ordinal) && text.Contains($"error {error}:"));
    }

    [Theory]
    [MemberData(nameof(Caught))]
    public void The_gate_finds_what_compiles_and_then_fails_and_names_its_place(string mutation)
    {
        string offence = NanoMutations.Caught[mutation].Offence;
        Assert.Contains(Offences.Value, found => found.StartsWith($"{SpaceOf(mutation)}.{offence}", StringComparison.Ordinal));
    }

    [Fact]
    public void The_gate_reports_nothing_of_what_nanoFramework_runs()
    {
        var additions = new Dictionary<string, string> { ["Innocent"] = NanoMutations.Innocent };
        IReadOnlyList<string> offences = NanoGate.Inspect(NanoBuild.Emit(NanoBuild.NodeWith(additions)));
        Assert.True(offences.Count == 0, string.Join("\n", offences));
    }

    private static string SpaceOf(string mutation) => "In" + string.Concat(mutation.Where(char.IsLetterOrDigit));
}
