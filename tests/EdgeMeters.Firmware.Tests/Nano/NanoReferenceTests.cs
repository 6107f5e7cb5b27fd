using System.Text;
using System.Text.RegularExpressions;
using EdgeMeters.Firmware.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>
/// Holds every signature of EdgeMeters.NanoReference to nanoframework-members.txt, the copy of the published lines that it stands for, and
/// that copy to the published list wherever the list is at hand.
/// </summary>
public sealed partial class NanoReferenceTests
{
    private const string MembersFile = "tests/EdgeMeters.Firmware.Tests/Nano/nanoframework-members.txt";
    private const string SourceRemark = "## Source: ";

    private static readonly Lazy<CSharpCompilation> Reference = new(NanoBuild.CompileReference);

    private readonly ITestOutputHelper _output;

    public NanoReferenceTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void Every_signature_is_a_line_of_the_copy_and_every_line_a_signature()
    {
        Dictionary<string, SortedSet<string>> ours = Ours();
        if (NanoWriter.IsAsked)
            WriteCopy(ours);
        Dictionary<string, List<string>> copy = NanoApiList.Read(Repository.PathOf(MembersFile));
        Assert.Equal(copy.Keys.Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
        var wrong = new List<string>();
        foreach ((string assembly, SortedSet<string> lines) in ours)
        {
            HashSet<string> held = copy[assembly].Select(WithoutBases).ToHashSet(StringComparer.Ordinal);
            HashSet<string> signatures = lines.Select(WithoutBases).ToHashSet(StringComparer.Ordinal);
            wrong.AddRange(signatures.Except(held).Select(line => $"{assembly}: not in {MembersFile}: {line}"));
            wrong.AddRange(held.Except(signatures).Select(line => $"{assembly}: only in {MembersFile}: {line}"));
        }
        Assert.True(wrong.Count == 0, $"{string.Join("\n", wrong)}\n{NanoWriter.Remedy}");
    }

    [Fact]
    public void Every_line_of_the_copy_is_published_for_its_assembly()
    {
        Dictionary<string, List<string>>? published = NanoApiList.Published();
        if (published == null)
        {
            _output.WriteLine($"The published API is not at hand (shared/data beside the repository, or ${NanoApiList.Variable}): {MembersFile} is taken at its word.");
            return;
        }
        string text = File.ReadAllText(Repository.PathOf(MembersFile));
        foreach ((string assembly, List<string> lines) in NanoApiList.Read(Repository.PathOf(MembersFile)))
        {
            string name = assembly.Split(',')[0];
            if (published.Keys.Any(header => header.Split(',')[0] == name))
            {
                Assert.True(published.ContainsKey(assembly), $"{MembersFile}: '{assembly}' is not the published version");
                string[] unheard = lines.Except(published[assembly]).ToArray();
                Assert.True(unheard.Length == 0, $"not published for {assembly}:\n{string.Join("\n", unheard)}");
            }
            else
                Assert.True(text.Contains($"# {assembly}\n{SourceRemark}"), $"{MembersFile}: {name} is in no published list, and no '{SourceRemark}' says where its lines are from");
        }
    }

    [Fact]
    public void What_a_type_derives_from_is_what_is_published()
    {
        Dictionary<string, string> published = NanoApiList.Read(Repository.PathOf(MembersFile)).Values.SelectMany(lines => lines)
            .Where(line => line.StartsWith("T:", StringComparison.Ordinal))
            .ToDictionary(line => line.Split("  // ")[0], line => line);
        foreach (INamedTypeSymbol type in Surface().OfType<INamedTypeSymbol>())
        {
            string line = published[type.GetDocumentationCommentId()!];
            string[] listed = line.Contains(" : ") ? line.Split(" : ")[1].Split(", ") : [];
            // A base that the firmware has no use for is left out, with what it would bring.
            string expected = string.Join(", ", listed.Where(name => published.ContainsKey("T:" + name)).Order(StringComparer.Ordinal));
            Assert.Equal($"{type} : {expected}", $"{type} : {string.Join(", ", NanoSignature.BasesOf(type).Order(StringComparer.Ordinal))}");
        }
    }

    [Fact]
    public void Each_file_is_named_after_its_assembly_and_names_the_package_that_nf_config_pins()
    {
        Dictionary<string, string> pinned = IniFile.Read(Repository.PathOf("nf.config"))["packages"];
        var named = new HashSet<string>();
        foreach (NanoAssembly assembly in NanoAssembly.All())
        {
            named.Add(assembly.Package);
            Assert.Equal(pinned.GetValueOrDefault(assembly.Package), assembly.PackageVersion);
            Assert.True(
                assembly.Version == assembly.PackageVersion + ".0" || assembly.Reason.Length > 0,
                $"{assembly.File}: follows {assembly.Version} while {assembly.PackageVersion} is pinned, and does not say why");
            Assert.StartsWith(assembly.Name + ".", Path.GetFileName(assembly.File));
        }
        Assert.Equal(pinned.Keys.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_signatures_compile_without_any_other_assembly_and_none_has_a_body()
    {
        Assert.Empty(NanoBuild.Errors(Reference.Value));
        foreach (SyntaxTree tree in Reference.Value.SyntaxTrees)
            Assert.DoesNotMatch(BodyOrInitializer(), tree.ToString());
    }

    [Theory]
    [InlineData("public sealed class Probe { public extern int Length { get; } }", "P:A.Probe.Length  // System.Int32 { get; }")]
    [InlineData("public class Probe { public static extern byte[] Read(int from = -1, bool all = false); }", "M:A.Probe.Read(System.Int32,System.Boolean)  // static System.Byte[] [from=-1, all=False]")]
    [InlineData("public class Probe { protected extern Probe(string name); }", "M:A.Probe.#ctor(System.String)  // protected System.Void [name]")]
    [InlineData("public enum Probe { Deep = 7 }", "F:A.Probe.Deep  // A.Probe = 7")]
    [InlineData("public static class Probe { }", "T:A.Probe  // static class")]
    public void A_signature_is_written_as_the_list_writes_it(string source, string expected)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText($"namespace A; {source}");
        var compilation = CSharpCompilation.Create("A", [tree], [MetadataReference.CreateFromFile(NanoBuild.AssemblyOf(NanoBuild.Reference))]);
        Assert.Contains(expected, NanoSignature.SurfaceOf(compilation.Assembly.GlobalNamespace).Select(NanoSignature.Line));
    }

    private static IEnumerable<ISymbol> Surface() => NanoSignature.SurfaceOf(Reference.Value.Assembly.GlobalNamespace);

    // Lines of NanoReference by the assembly that the header of their file names.
    private static Dictionary<string, SortedSet<string>> Ours()
    {
        Dictionary<string, string> headers = NanoAssembly.All().ToDictionary(assembly => assembly.File, assembly => assembly.Header);
        var ours = new Dictionary<string, SortedSet<string>>();
        foreach (ISymbol symbol in Surface())
        {
            string file = symbol.Locations[0].SourceTree?.FilePath ?? symbol.ContainingType.Locations[0].SourceTree!.FilePath;
            if (!ours.TryGetValue(headers[file], out SortedSet<string>? lines))
                ours[headers[file]] = lines = new SortedSet<string>(StringComparer.Ordinal);
            lines.Add(NanoSignature.Line(symbol));
        }
        return ours;
    }

    private static void WriteCopy(Dictionary<string, SortedSet<string>> ours)
    {
        Dictionary<string, List<string>> published = NanoApiList.Published()
            ?? throw new InvalidOperationException($"To write {MembersFile} the published API must be at hand: ${NanoApiList.Variable}");
        var text = new StringBuilder();
        text.Append("## The published API lines that EdgeMeters.NanoReference stands for, under the assembly and version that has them. Written and checked\n");
        text.Append("## by NanoReferenceTests: what nanoFramework lacks cannot come in here.\n");
        foreach ((string assembly, SortedSet<string> lines) in ours.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Dictionary<string, string> whole = published.GetValueOrDefault(assembly, []).GroupBy(WithoutBases).ToDictionary(group => group.Key, group => group.First());
            text.Append($"\n# {assembly}\n");
            if (!published.ContainsKey(assembly))
                text.Append($"{SourceRemark}github.com/nanoframework/{assembly.Split(',')[0]}\n");
            foreach (string line in lines)
                text.Append(whole.GetValueOrDefault(WithoutBases(line), line)).Append('\n');
        }
        File.WriteAllText(Repository.PathOf(MembersFile), text.ToString());
    }

    private static string WithoutBases(string line) => line.StartsWith("T:", StringComparison.Ordinal) ? line.Split(" : ")[0] : line;

    [GeneratedRegex(@"=>|\breturn\b|\bthrow\b")]
    private static partial Regex BodyOrInitializer();
}
