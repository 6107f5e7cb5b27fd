using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace EdgeMeters.Simulation.Mutants;

/// <summary>Compiles a product assembly from the repository's sources with one edit in them, and puts it beside the programs that use it.</summary>
/// <remarks>
/// What the ordinary build generated is taken from there: names to import, assembly attributes, and what source generators made. So the solution
/// has to be built first.
/// </remarks>
internal sealed partial class MutantBuild(string root, string folder)
{
    // Attaches comments to the API's document by the place of a call in its file, which an edit moves.
    private const string ApiComments = "Microsoft.AspNetCore.OpenApi.SourceGenerators";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest, DocumentationMode.None);

    private readonly Dictionary<string, SyntaxTree> _trees = [];

    private readonly MetadataReference[] _references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The source with its edit; null when what is to be replaced does not stand there exactly once.</summary>
    public string? Edited(Mutant mutant)
    {
        string path = Path.Combine(root, mutant.File);
        if (!File.Exists(path))
            return null;
        string source = File.ReadAllText(path);
        int at = source.IndexOf(mutant.Find, StringComparison.Ordinal);
        bool isOnce = at >= 0 && source.IndexOf(mutant.Find, at + 1, StringComparison.Ordinal) < 0;
        return isOnce ? string.Concat(source.AsSpan(0, at), mutant.Replacement, source.AsSpan(at + mutant.Find.Length)) : null;
    }

    /// <summary>Compiles the project with the edited source.</summary>
    /// <exception cref="InvalidOperationException">It does not compile, with the first error.</exception>
    public void Compile(Mutant mutant, string edited, string target)
    {
        string changed = Path.GetFullPath(Path.Combine(root, mutant.File));
        SyntaxTree[] trees = [.. Sources(mutant).Select(path => path == changed ? CSharpSyntaxTree.ParseText(edited, Language, path) : Parse(path))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            mutant.Assembly,
            trees,
            _references.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != mutant.Assembly),
            new CSharpCompilationOptions(KindOf(mutant.Assembly), optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using FileStream file = File.Create(target);
        EmitResult result = compilation.Emit(file, manifestResources: Resources(mutant.Assembly));
        if (!result.Success)
            throw new InvalidOperationException($"does not compile: {result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)}");
    }

    /// <summary>A copy of a built program's folder, by hard links.</summary>
    public string CopyProgram(string program, string name)
    {
        string from = Path.Combine(root, "artifacts", "bin", program, "release");
        if (!Directory.Exists(from))
            throw new DirectoryNotFoundException($"{from} is not there: build the solution first (dotnet build -c Release).");
        string to = Path.Combine(folder, name);
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Link(path, copy) != 0)
                File.Copy(path, copy);
        }
        return to;
    }

    private IEnumerable<string> Sources(Mutant mutant)
    {
        string generated = Path.Combine(root, "artifacts", "obj", mutant.Assembly, "release");
        if (!Directory.Exists(generated))
            throw new DirectoryNotFoundException($"{generated} is not there: build the solution first (dotnet build -c Release).");
        string made = Path.Combine(generated, "generated");
        string project = Path.GetFullPath(Path.Combine(root, mutant.ProjectFolder));
        return Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(generated, "EdgeMeters.*.cs"))
            .Concat(Directory.Exists(made) ? Directory.EnumerateFiles(made, "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains(ApiComments)) : []);
    }

    private SyntaxTree Parse(string path)
    {
        if (!_trees.TryGetValue(path, out SyntaxTree? tree))
            _trees.Add(path, tree = CSharpSyntaxTree.ParseText(File.ReadAllText(path), Language, path));
        return tree;
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    private static OutputKind KindOf(string assembly)
    {
        return Assembly.Load(assembly).EntryPoint == null ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication;
    }

    private static IEnumerable<ResourceDescription> Resources(string assembly)
    {
        Assembly built = Assembly.Load(assembly);
        return built.GetManifestResourceNames().Select(name => new ResourceDescription(name, () => built.GetManifestResourceStream(name)!, isPublic: true));
    }
}
