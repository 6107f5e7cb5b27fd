using EdgeMeters.Firmware.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EdgeMeters.Firmware.Tests.Nano;

/// <summary>The firmware as the build makes it, and as the compiler makes it here with one file more.</summary>
internal static class NanoBuild
{
    public const string Reference = "EdgeMeters.NanoReference";
    public const string Core = "EdgeMeters.Core";
    public const string Node = "EdgeMeters.Node";
    public const string Loader = "EdgeMeters.Loader";

    /// <summary>What is flashed and run. The application in the order in which it is loaded, then the loader.</summary>
    public static readonly string[] Programs = [Core, Node, Loader];

    // As firmware/Nano.props has it.
    private static readonly CSharpParseOptions CSharp13 = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp13);

    private static readonly Lazy<CSharpCompilation> Unchanged = new(CompileNode);

    /// <summary>What the ordinary build made of a project of this solution, in the configuration of this test program.</summary>
    public static string AssemblyOf(string project)
    {
        string folder = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string built = Path.Combine(folder, "..", "..", project, Path.GetFileName(folder), project + ".dll");
        Assert.True(File.Exists(built), $"{built} is not there: build EdgeMeters.sln first");
        return Path.GetFullPath(built);
    }

    /// <summary>The sources of the application's last assembly with some more, by name; each is put into a namespace of that name.</summary>
    public static CSharpCompilation NodeWith(Dictionary<string, string> additions, bool allowUnsafe = false)
    {
        CSharpCompilation compilation = Unchanged.Value;
        return compilation
            .WithOptions(compilation.Options.WithAllowUnsafe(allowUnsafe))
            .AddSyntaxTrees(additions.Select(added => CSharpSyntaxTree.ParseText($"namespace {added.Key} {{ {added.Value} }}", CSharp13, added.Key)));
    }

    /// <summary>The bytes of an assembly; a compile error is the test's failure.</summary>
    public static byte[] Emit(CSharpCompilation compilation)
    {
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return stream.ToArray();
    }

    public static string[] Errors(CSharpCompilation compilation)
    {
        return compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error => error.ToString()).ToArray();
    }

    /// <summary>nanoFramework's signatures as symbols; each syntax tree carries the path of its file below the root.</summary>
    public static CSharpCompilation CompileReference()
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp10);
        return CSharpCompilation.Create(
            Reference,
            Repository.Files("*.cs").Where(file => file.StartsWith($"firmware/{Reference}/", StringComparison.Ordinal)).Select(file => Parse(file, options)),
            references: null,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    private static CSharpCompilation CompileNode()
    {
        string[] folders = ["firmware/EdgeMeters.Metering/SelfTest/", "firmware/EdgeMeters.Node/"];
        return CSharpCompilation.Create(
            Node,
            Repository.Files("*.cs").Where(file => folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))).Select(file => Parse(file, CSharp13)),
            [MetadataReference.CreateFromFile(AssemblyOf(Reference)), MetadataReference.CreateFromFile(AssemblyOf(Core))],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static SyntaxTree Parse(string file, CSharpParseOptions options)
    {
        return CSharpSyntaxTree.ParseText(File.ReadAllText(Repository.PathOf(file)), options, file);
    }
}
