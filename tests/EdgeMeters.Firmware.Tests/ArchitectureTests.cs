using System.Text.RegularExpressions;
using System.Xml.Linq;
using EdgeMeters.Firmware.Tests.Support;

namespace EdgeMeters.Firmware.Tests;

/// <summary>The shape of the repository: which project may see which, and how big a file and a folder list may grow.</summary>
public sealed partial class ArchitectureTests
{
    private const int LinesMax = 500;

    /// <summary>Every arrow that a product project may have. A project that is not named here has none.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["EdgeMeters.Wire"] = [],
        ["EdgeMeters.Metering"] = ["EdgeMeters.Wire"],
        ["EdgeMeters.NanoReference"] = [],
        ["EdgeMeters.Core"] = ["EdgeMeters.NanoReference"],
        ["EdgeMeters.Node"] = ["EdgeMeters.Core", "EdgeMeters.NanoReference"],
        ["EdgeMeters.Loader"] = ["EdgeMeters.NanoReference"],
        ["EdgeMeters.HostNode"] = ["EdgeMeters.Metering", "EdgeMeters.Wire"],
        ["EdgeMeters.Field"] = ["EdgeMeters.Metering", "EdgeMeters.HostNode"],
        ["EdgeMeters.Gateway.Core"] = ["EdgeMeters.Wire"],
        // Bench: the demo's virtual street, and nothing else.
        ["EdgeMeters.Gateway"] = ["EdgeMeters.Gateway.Core", "EdgeMeters.HostNode", "EdgeMeters.Metering", "EdgeMeters.Wire", "EdgeMeters.Bench"],
        ["EdgeMeters.Bench"] = ["EdgeMeters.HostNode", "EdgeMeters.Metering", "EdgeMeters.Wire"],
    };

    /// <summary>Projects that must run, or be judged, without any package.</summary>
    private static readonly string[] WithoutPackages =
        ["EdgeMeters.Wire", "EdgeMeters.Metering", "EdgeMeters.Gateway.Core", "EdgeMeters.Core", "EdgeMeters.Node", "EdgeMeters.Loader", "EdgeMeters.NanoReference"];

    private static readonly string[] TopFolders = ["firmware", "gateway", "hardware", "tests", ".ci"];
    private static readonly string[] FoldersOfTools = [".git", ".vs", ".vscode", ".idea", "artifacts", "TestResults"];

    [Fact]
    public void Every_reference_between_projects_is_one_of_the_allowed_arrows()
    {
        string[] wrong = ProjectFiles()
            .SelectMany(file => References(file, "ProjectReference").Select(to => (From: NameOf(file), To: NameOf(to))))
            .Where(arrow => !IsAllowed(arrow.From, arrow.To))
            .Select(arrow => $"{arrow.From} -> {arrow.To}")
            .ToArray();
        Assert.True(wrong.Length == 0, $"not among the allowed arrows: {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Every_project_has_its_place_in_the_picture()
    {
        Assert.All(ProjectFiles(), file => Assert.True(Arrows.ContainsKey(NameOf(file)) || IsTestTool(NameOf(file)), $"{file} is in no arrow"));
    }

    [Theory]
    [InlineData("EdgeMeters.Wire", "EdgeMeters.Metering")]
    [InlineData("EdgeMeters.Metering", "EdgeMeters.Gateway.Core")]
    [InlineData("EdgeMeters.Gateway.Core", "EdgeMeters.Metering")]
    [InlineData("EdgeMeters.Gateway.Core", "EdgeMeters.Gateway")]
    [InlineData("EdgeMeters.HostNode", "EdgeMeters.Gateway.Core")]
    [InlineData("EdgeMeters.Node", "EdgeMeters.Metering")]
    [InlineData("EdgeMeters.Bench", "EdgeMeters.Gateway")]
    [InlineData("EdgeMeters.Field", "EdgeMeters.Gateway")]
    [InlineData("EdgeMeters.Field", "EdgeMeters.Bench")]
    [InlineData("EdgeMeters.Gateway", "EdgeMeters.Gateway.Tests")]
    [InlineData("EdgeMeters.Gateway.Tests", "EdgeMeters.System.Tests")]
    [InlineData("EdgeMeters.Unheard", "EdgeMeters.Wire")]
    public void An_arrow_the_wrong_way_is_found(string from, string to)
    {
        Assert.False(IsAllowed(from, to));
    }

    [Fact]
    public void Wire_node_core_and_gateway_core_need_no_package()
    {
        foreach (string file in ProjectFiles().Where(file => WithoutPackages.Contains(NameOf(file))))
        {
            Assert.Empty(References(file, "PackageReference"));
            Assert.Empty(References(file, "FrameworkReference"));
        }
    }

    [Fact]
    public void Package_versions_are_stated_once_in_Directory_Packages_props()
    {
        string[] wrong = ProjectFiles().Concat(Repository.Files("*.props")).Concat(Repository.Files("*.targets"))
            .SelectMany(file => Elements(file, "PackageReference").Select(element => (File: file, Element: element)))
            .Where(found => found.Element.Attribute("Version") != null || found.Element.Attribute("VersionOverride") != null
                || found.Element.Elements().Any(child => child.Name.LocalName is "Version" or "VersionOverride"))
            .Select(found => $"{found.File}: {found.Element}")
            .ToArray();
        Assert.Empty(wrong);
        Assert.All(
            Elements("Directory.Packages.props", "PackageVersion"),
            package => Assert.Matches(@"^\d+(\.\d+){1,3}(-[0-9A-Za-z.]+)?$", (string?)package.Attribute("Version") ?? "none"));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Repository.PathOf("EdgeMeters.sln")).Replace('\\', '/');
        Assert.All(ProjectFiles(), file => Assert.True(solution.Contains($"\"{file}\""), $"not in EdgeMeters.sln: {file}; dotnet sln add {file}"));
    }

    [Fact]
    public void No_source_file_is_longer_than_500_lines()
    {
        string[] wrong = SourceFiles().Select(file => (File: file, Lines: File.ReadLines(Repository.PathOf(file)).Count()))
            .Where(file => file.Lines > LinesMax)
            .Select(file => $"{file.File}: {file.Lines} lines")
            .ToArray();
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void A_source_file_has_one_public_type_and_its_name()
    {
        var wrong = new List<string>();
        // A file of NanoReference stands for an assembly of nanoFramework, or a part of one, and is named after that.
        foreach (string file in SourceFiles().Where(file => !file.StartsWith("firmware/EdgeMeters.NanoReference/", StringComparison.Ordinal)))
        {
            string[] types = PublicTypes(File.ReadAllText(Repository.PathOf(file)));
            string name = Path.GetFileName(file).Split('.')[0];
            if (types.Length > 1)
                wrong.Add($"{file}: {string.Join(", ", types)}");
            else if (types.Length == 1 && types[0] != name)
                wrong.Add($"{file}: declares {types[0]}");
        }
        Assert.True(wrong.Count == 0, $"one public type a file, the file named after it:\n{string.Join("\n", wrong)}");
    }

    [Fact]
    public void The_count_of_public_types_sees_all_kinds_and_only_those_at_the_top()
    {
        const string source = """
            namespace A;
            public sealed class One { }
            public static partial class Two
            {
                public sealed class Nested { }
            }
            internal sealed class Hidden { }
            public readonly record struct Three(int X);
            public delegate void Four(int x);
            public enum Five : byte { }
            public interface ISix<T> { }
            """;
        Assert.Equal(["One", "Two", "Three", "Four", "Five", "ISix"], PublicTypes(source));
    }

    [Fact]
    public void There_is_no_other_top_folder()
    {
        string[] wrong = Directory.EnumerateDirectories(Repository.Root).Select(folder => Path.GetFileName(folder)!)
            .Except(TopFolders).Except(FoldersOfTools).ToArray();
        Assert.True(wrong.Length == 0, $"top folders are {string.Join(", ", TopFolders)}; too many: {string.Join(", ", wrong)}");
    }

    private static bool IsAllowed(string from, string to)
    {
        if (Arrows.TryGetValue(from, out string[]? allowed))
            return allowed.Contains(to);
        return IsTestTool(from) && !to.EndsWith(".Tests", StringComparison.Ordinal);
    }

    // These see everything but each other's tests; that they lie under tests/ keeps them out of the product.
    private static bool IsTestTool(string project)
    {
        return project.EndsWith(".Tests", StringComparison.Ordinal) || project is "EdgeMeters.Simulation" or "EdgeMeters.Benchmarks" or "EdgeMeters.NanoSimulation";
    }

    private static string[] PublicTypes(string source)
    {
        return PublicType().Matches(source).Select(match => match.Groups["name"].Value).ToArray();
    }

    [GeneratedRegex(
        @"^public\s+(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe|new|file)\s+)*(?:record\s+class|record\s+struct|record|class|struct|interface|enum|delegate\s+\S+)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    private static IEnumerable<string> ProjectFiles() => Repository.Files("*.csproj");

    private static IEnumerable<string> SourceFiles() => Repository.Files("*.cs");

    private static IEnumerable<string> References(string file, string kind)
    {
        return Elements(file, kind).Select(element => (string?)element.Attribute("Include") ?? "");
    }

    private static IEnumerable<XElement> Elements(string file, string name)
    {
        return XDocument.Load(Repository.PathOf(file)).Descendants().Where(element => element.Name.LocalName == name);
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file.Replace('\\', '/'));
}
