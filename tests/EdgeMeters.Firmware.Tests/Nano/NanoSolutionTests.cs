using System.Diagnostics;
using System.Text.Json;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>The build of the ordinary solution and the build that is flashed are of the same files, against the versions that nf.config pins.</summary>
public sealed class NanoSolutionTests
{
    private static readonly TimeSpan EvaluationMax = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Projects => [.. NanoBuild.Programs];

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_nfproj_and_its_packages_are_what_nf_config_and_csproj_give(string project)
    {
        NanoWriter.Check(NanoSolution.ProjectFile(project), NanoSolution.Project(project));
        NanoWriter.Check(NanoSolution.PackagesFile(project), NanoSolution.Packages());
    }

    [Fact]
    public void The_solution_has_every_nfproj()
    {
        NanoWriter.Check(NanoSolution.SolutionFile, NanoSolution.Solution());
        Assert.Equal(NanoBuild.Programs.Select(NanoSolution.ProjectFile).Order(StringComparer.Ordinal), Repository.Files("*.nfproj"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task The_csproj_and_the_nfproj_compile_the_same_files(string project)
    {
        string[] nano = await CompiledFiles(NanoSolution.ProjectFile(project));
        string[] ordinary = await CompiledFiles($"firmware/{project}/{project}.csproj");
        Assert.NotEmpty(nano);
        Assert.Equal(ordinary, nano);
    }

    // As MSBuild itself evaluates the project, globs and all; nothing is built.
    private static async Task<string[]> CompiledFiles(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Repository.PathOf(project), "-getItem:Compile", "-nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process evaluation = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(EvaluationMax);
        Task<string> errors = evaluation.StandardError.ReadToEndAsync(deadline.Token);
        string json = await evaluation.StandardOutput.ReadToEndAsync(deadline.Token);
        await evaluation.WaitForExitAsync(deadline.Token);
        Assert.True(evaluation.ExitCode == 0, $"{project} cannot be evaluated:\n{json}\n{await errors}");
        return JsonDocument.Parse(json).RootElement.GetProperty("Items").GetProperty("Compile").EnumerateArray()
            .Select(item => Path.GetRelativePath(Repository.Root, item.GetProperty("FullPath").GetString()!).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToArray();
    }
}
