using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>What the header of a file of EdgeMeters.NanoReference says: the assembly it stands for, and the package that brings it.</summary>
internal sealed partial record NanoAssembly(string File, string Header, string Name, string Version, string Package, string PackageVersion, string Reason)
{
    public static IEnumerable<NanoAssembly> All()
    {
        string[] files = Repository.Files("*.cs").Where(file => file.StartsWith($"firmware/{NanoBuild.Reference}/", StringComparison.Ordinal)).ToArray();
        return files.Length > 0 ? files.Select(Read) : throw new InvalidOperationException($"firmware/{NanoBuild.Reference} is empty");
    }

    private static NanoAssembly Read(string file)
    {
        string[] lines = System.IO.File.ReadLines(Repository.PathOf(file)).Take(2).ToArray();
        Match first = FirstLine().Match(lines[0]);
        Match second = SecondLine().Match(lines[1]);
        if (!first.Success || !second.Success)
            throw new FormatException($"{file} must begin with '// assembly, Version=…' and '// Package name version', as its neighbours do");
        return new NanoAssembly(
            file, lines[0][3..], first.Groups["name"].Value, first.Groups["version"].Value,
            second.Groups["package"].Value, second.Groups["version"].Value, second.Groups["reason"].Value);
    }

    [GeneratedRegex(@"^// (?<name>\S+), Version=(?<version>\d+\.\d+\.\d+\.\d+)(, NativeVersion=\S+)?$")]
    private static partial Regex FirstLine();

    [GeneratedRegex(@"^// Package (?<package>\S+) (?<version>\d+\.\d+\.\d+)(\.|, (?<reason>which .+))")]
    private static partial Regex SecondLine();
}
